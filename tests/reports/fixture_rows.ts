/** Rows that no machine measured: a fixture, with numbers of the size that real ones have. */
import { equilibrium } from "../../experiments/equilibrium.ts";
import type { Experiment, Scale } from "../../experiments/experiment.ts";
import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import { DEPTH } from "../../experiments/variable.ts";
import type { Inference, Inferred } from "../../training/measures/inferred.ts";
import type { ResidualCurves } from "../../training/measures/residual_curves.ts";
import { type Row, type RunSettings, SCHEMA } from "../../training/row.ts";
import type { SolveStatistics } from "../../training/steps/solve_statistics.ts";

const MIB = 2 ** 20;

/**
 * An experiment whose quick scale has small's runs of the first seeds: more models, depths and widths than
 * quick has, for verdicts and charts to speak of.
 */
export function asQuick(experiment: Experiment, seeds = 1): Experiment {
  const runs = experiment.scales.small.filter(({ seed }) => seed < seeds);
  const quick = runs.map((run) => ({ ...run, scale: "quick" }));
  return { ...experiment, scales: { ...experiment.scales, quick } };
}

/** A row for every run of a scale, each changed by `change` afterwards. */
export function fixtureRows(scale: Scale, change: (row: Row) => Row = (row) => row): Row[] {
  return asQuick(memoryVsDepth).scales[scale].map((run) => change(fixtureRow(run)));
}

/** The same of the equilibrium experiment. */
export function equilibriumRows(scale: Scale): Row[] {
  return asQuick(equilibrium).scales[scale].map(fixtureRow);
}

/**
 * The row of one run: residual activations grow by 21.9 MiB a layer, reversible solves' by 7,000 bytes a
 * step, others by channels at most.
 */
export function fixtureRow(run: RunSettings): Row {
  const { kind, tied, channels, equilibrium } = run.model;
  const reversible = equilibrium?.gradient.kind === "reversible";
  const depth = DEPTH.of(run);
  const flat = kind !== "res-gnn";
  const parameters = 10_000 + (tied || kind === "deq-gnn" ? 2 : depth) * (flat ? 12_928 : 21_000);
  const width = kind === "rev-gnn" ? channels / 64 : 1;
  const activationBytes = Math.floor((flat ? 31.2 * width : 31.2 + 21.9 * depth) * MIB) +
    (reversible ? 7000 * depth : 0);
  const peakBytes = activationBytes + 16 * parameters;
  const fits = peakBytes <= (run.memoryBudget ?? Infinity);
  const trained = fits && run.epochs > 0;
  const test = 0.78 + 0.012 * Math.log2(depth) + 0.003 * run.seed - (flat ? 0 : 0.004);
  return {
    schema: SCHEMA,
    ...run,
    status: trained ? "trained" : fits ? "measured" : "does not fit",
    parameters,
    peakBytes,
    activationBytes,
    secondsPerEpoch: fits ? 0.31 * depth * (flat ? 1.4 : 1) : null,
    bestEpoch: trained ? 41 + depth % 5 + run.seed : null,
    scores: trained ? { train: test + 0.09, valid: test + 0.01, test } : null,
    losses: fits ? Array.from({ length: Math.max(1, run.epochs) }, (_, i) => 0.69 / (i + 1)) : [],
    ...trained && { history: fixtureHistory(run.epochs, test + 0.01) },
    adapter: "fixture adapter",
    deno: "2.9.6",
    version: "0.1.0",
    commit: "0000000",
    date: "2026-01-02T03:04:05.000Z",
    // A reversible solve takes all its steps and looks at no residual.
    ...trained && kind === "deq-gnn" && !reversible &&
      { solves: fixtureSolves(depth) },
    ...trained && run.residualSteps && { residuals: fixtureResiduals(run.residualSteps) },
    ...trained && run.inference.length > 0 &&
      { inferred: run.inference.map((way) => inferredBy(way, run)) },
    ...fits && run.drift && { drifted: fixtureDrift(run) },
    ...fits && run.timedSteps && { secondsPerStep: 0.3 * depth },
  };
}

/** Scores that rise to the best one, by a constant rate and in ever the same time. */
function fixtureHistory(epochs: number, valid: number): NonNullable<Row["history"]> {
  const all = Array.from({ length: epochs }, (_, i) => valid - 0.2 / (i + 1));
  return {
    ...{ train: all, valid: all, test: all },
    learningRate: all.map(() => 0.01),
    gradientNorm: all.map((_, i) => 1 / (i + 1)),
    seconds: all.map(() => 0.5),
  };
}

/** 2 points for a tenfold of views, more by the seed; one less for each part, one seed off the next. */
function inferredBy(way: Inference, { seed }: RunSettings): Inferred {
  const { parts, views } = way;
  const gain = (0.02 + 0.001 * seed) * Math.log10(views);
  const scores = { train: 0.9, valid: 0.85, test: 0.81 + gain - 0.01 * parts + 0.005 * seed };
  return { ...way, scores, peakBytes: Math.round(30 * MIB / parts), seconds: 0.1 * views };
}

/** A millionth for each layer, gradients' twice that; batch norms a thousand times, trained a tenth; 0 of fixed point. */
function fixtureDrift({ model, epochs }: RunSettings): NonNullable<Row["drifted"]> {
  if (model.state === "fixed") return { firstState: 0, gradients: 0 };
  const share = (model.norm === "batch" ? 1e-3 : 1e-6) * (epochs > 0 ? 0.1 : 1);
  return { firstState: share * model.layers, gradients: 2 * share * model.layers };
}

/** Of 30 solves: those of 3 steps all miss, one in five of 7 steps does; in evaluation only those of 3. */
function fixtureSolves(depth: number): NonNullable<Row["solves"]> {
  const missed = depth < 7 ? 1 : depth < 14 ? 0.2 : 0;
  const statistics = (solves: number, share: number): SolveStatistics => ({
    solves,
    steps: Math.min(depth, 9.25),
    residual: share > 0 ? 4.2e-3 : 6.1e-4,
    worstResidual: share === 1 ? null : share > 0 ? 1.9e-2 : 9.8e-4,
    missed: share,
  });
  return {
    training: statistics(30, missed),
    adjoint: statistics(30, missed),
    evaluation: statistics(6, missed === 1 ? 1 : 0),
  };
}

/** Factors of 0.45 and 0.6 a step down to float32's end; plain iteration stops falling, then diverges. */
function fixtureResiduals(steps: number): ResidualCurves {
  const falling = (factor: number) =>
    Array.from({ length: steps + 1 }, (_, i) => Math.max(0.8 * factor ** i, 3e-7));
  const diverging = Array.from({ length: 12 }, (_, i) => 0.8 * 0.7 ** Math.min(i, 10 - i));
  return { anderson: falling(0.45), broyden: falling(0.6), "fixed-point": [...diverging, null] };
}
