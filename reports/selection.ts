/** Which rows belong to an experiment at a scale, and which of its runs have none yet. */
import type { Experiment, Scale } from "../experiments/experiment.ts";
import type { Row, RunSettings } from "../training/row.ts";
import { settingsKey } from "./row_fields.ts";

/** An experiment's rows, in the order of its runs. */
export interface Selection {
  readonly rows: readonly Row[];
  /** Runs without a row. */
  readonly missing: readonly RunSettings[];
  /** How many rows have other settings than any run; mixing them in would compare unlike runs. */
  readonly others: number;
}

/** Takes the newest row of every run. */
export function select(experiment: Experiment, scale: Scale, rows: readonly Row[]): Selection {
  const runs = experiment.scales[scale];
  const newest = new Map(rows.map((row) => [settingsKey(row), row]));
  const found = runs.map((run) => newest.get(settingsKey(run)));
  const asked = new Set(runs.map(settingsKey));
  return {
    rows: found.filter((row) => row !== undefined),
    missing: runs.filter((_, i) => found[i] === undefined),
    others: rows.filter((row) => !asked.has(settingsKey(row))).length,
  };
}
