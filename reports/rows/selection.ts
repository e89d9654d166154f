/** Which rows belong to an experiment at a scale, and which of its runs have none yet. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { type Experiment, runsOf, type Scale } from "../../experiments/experiment.ts";
import type { Row, RunSettings } from "../../training/row.ts";
import { sameRun, settingsKey } from "./keys.ts";

/** An experiment's rows, in the order of its runs. */
export interface Selection {
  readonly rows: readonly Row[];
  /** Runs without a row. */
  readonly missing: readonly RunSettings[];
  /** How many of its rows have other settings than any run; mixing them in would compare unlike runs. */
  readonly others: number;
}

/** Takes the newest row of every run; more seeds of a run than the experiment lists belong to it. */
export function select(experiment: Experiment, scale: Scale, rows: readonly Row[]): Selection {
  const runs = runsOf(experiment, scale);
  const newest = new Map(rows.map((row) => [settingsKey(row), row]));
  const places = new Map(runs.map((run, i) => [seedless(run), i] as const).toReversed());
  const found = [...newest.values()].filter((row) => places.has(seedless(row)));
  return {
    rows: d3.sort(found, (row) => places.get(seedless(row))!, (row) => row.seed),
    missing: runs.filter((run) => !newest.has(settingsKey(run))),
    // An experiment that shows another's runs is given all of that one's rows.
    others: rows.filter((row) => row.experiment === experiment.name && !places.has(seedless(row)))
      .length,
  };
}

/** Whether a run has its row in the selection. */
export function shows({ rows }: Selection, run: RunSettings): boolean {
  return rows.some((row) => sameRun(row, run));
}

function seedless(run: RunSettings): string {
  return settingsKey({ ...run, seed: 0 });
}
