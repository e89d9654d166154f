/** Rows that differ only in their seed, as one line of a table: mean and spread. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Variable } from "../../experiments/variable.ts";
import type { ModelOptions } from "../../models/options.ts";
import type { Row, Scores } from "../../training/row.ts";
import type { SolvesOfRun } from "../../training/steps/solve_statistics.ts";
import { amount } from "./format.ts";
import { machineOf } from "./machine.ts";
import { solvesOf } from "./solves.ts";
import { type Spread, spread, type SpreadOfValues } from "./spread.ts";

/** The metric of scores. */
export type Metric = "ROC-AUC" | "accuracy";

/** The metric of these rows, which are of one data set. */
export function metricOfRows([row]: readonly Row[]): Metric {
  return row?.metric ?? "ROC-AUC";
}

/** One model at one value of the variable, over its seeds. Bytes are the largest of any seed. */
export interface Summary {
  readonly name: string;
  /** The value, what it counts, and both in words: 14, `layer`, `14 layers`. */
  readonly x: number;
  readonly unit: string;
  readonly at: string;
  readonly model: ModelOptions;
  readonly status: Row["status"];
  /** What bytes depend on beside model and value: only those of equal conditions are one line. */
  readonly conditions: string;
  readonly seeds: number;
  readonly parameters: number;
  readonly peakBytes: number;
  readonly activationBytes: number;
  readonly memoryBudget: number | null;
  /** On the machine of `timedOn` alone. */
  readonly secondsPerEpoch: Spread | null;
  readonly bestEpoch: Spread | null;
  readonly scores: Readonly<Record<keyof Scores, SpreadOfValues>> | null;
  /** Over all seeds; of an equilibrium model. */
  readonly solves: SolvesOfRun | null;
}

/** One summary for each model, value and status, models in the order of the rows, values ascending. */
export function summarise(rows: readonly Row[], variable: Variable): Summary[] {
  const names = [...new Set(rows.map((row) => row.name))];
  const { machine } = timedOn(rows);
  const groups = d3.groups(rows, (row) => row.name, (row) => `${variable.of(row)} ${row.status}`)
    .flatMap(([, byValue]) => byValue.map(([, group]) => summariseSeeds(group, variable, machine)));
  return d3.sort(groups, (s) => names.indexOf(s.name), (s) => s.x);
}

/** The summaries of each model, values ascending. */
export function byModel(
  rows: readonly Row[],
  variable: Variable,
): (readonly [Summary, ...Summary[]])[] {
  return d3.groups(summarise(rows, variable), ({ name }) => name)
    .map(([, [first, ...more]]) => [first!, ...more]);
}

/**
 * The machine that most of these rows were timed on, the first of equals: times of different ones are
 * not averaged or compared. `several`: whether rows were timed on others too.
 */
export function timedOn(rows: readonly Row[]): { machine: string | null; several: boolean } {
  const timed = rows.filter((row) => (row.secondsPerStep ?? row.secondsPerEpoch) !== null);
  const machines = d3.groups(timed, machineOf);
  const [machine] = d3.greatest(machines, ([, { length }]) => length) ?? [null];
  return { machine, several: machines.length > 1 };
}

function summariseSeeds(
  rows: readonly Row[],
  variable: Variable,
  machine: string | null,
): Summary {
  const { name, model, status, parameters, memoryBudget } = rows[0]!;
  const [x, unit] = [variable.of(rows[0]!), variable.unit(model.kind)];
  return {
    name,
    x,
    unit,
    at: amount(x, unit),
    model,
    status,
    conditions: conditionsOf(rows[0]!),
    seeds: rows.length,
    parameters,
    peakBytes: d3.max(rows, (row) => row.peakBytes)!,
    activationBytes: d3.max(rows, (row) => row.activationBytes)!,
    memoryBudget,
    secondsPerEpoch: spread(
      rows.map((row) => machineOf(row) === machine ? row.secondsPerEpoch : null),
    ),
    bestEpoch: spread(rows.map((row) => row.bestEpoch)),
    scores: spreadScores(rows),
    solves: solvesOf(rows),
  };
}

/** An evaluation, a number of parts, or a measurement after training may take more than a step does. */
function conditionsOf(row: Row): string {
  const { epochs, parts, evaluateParts, residualSteps, inference, drift, planted } = row;
  const { dataset, status } = row;
  const after = [residualSteps !== null, inference, drift];
  return JSON.stringify([
    dataset,
    planted,
    status,
    epochs > 0,
    parts,
    evaluateParts,
    after,
  ]);
}

function spreadScores(rows: readonly Row[]): Summary["scores"] {
  const train = spread(rows.map((row) => row.scores?.train ?? null));
  const valid = spread(rows.map((row) => row.scores?.valid ?? null));
  const test = spread(rows.map((row) => row.scores?.test ?? null));
  return train && valid && test ? { train, valid, test } : null;
}
