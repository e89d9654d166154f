/** A row: what one run was, and what it measured. Pages are drawn from rows alone. */
import * as v from "valibot";
import { oneOf, real, text, whole } from "../settings/option.ts";
import type { Resolved } from "../settings/types.ts";
import { INFERENCE, RUN } from "./settings.ts";

export type { RunSettings } from "./settings.ts";

/** The form of rows; a reader of another one refuses it. */
export const SCHEMA = 2 as const;

/**
 * The declaration of scores.
 *
 * @internal
 */
export const SCORES = v.strictObject({ train: real(), valid: real(), test: real() });
/** One figure for each part of the split. */
export type Scores = Resolved<typeof SCORES>;

const PROVENANCE = v.strictObject({
  adapter: text(),
  /** Of a software driver: on how many cores it ran kernels, in each process; rows of before do not say. */
  cores: v.optional(whole({ from: 1 })),
  deno: text(),
  version: text(),
  commit: text(),
  /** ISO 8601, UTC. */
  date: text(),
});
/** Where and with what a row was measured. */
export type Provenance = Resolved<typeof PROVENANCE>;

/** The solves of one kind: see SolveStatistics. */
const SOLVES = v.optional(v.strictObject({
  solves: whole(),
  steps: real(),
  residual: v.nullable(real()),
  worstResidual: v.nullable(real()),
  missed: real(),
}));
const HISTORY = v.strictObject({
  /** One figure for each part of the split, at the end of each epoch; null where that was not evaluated. */
  train: v.array(v.nullable(real())),
  valid: v.array(v.nullable(real())),
  test: v.array(v.nullable(real())),
  /** That of an epoch's first step. */
  learningRate: v.array(real({ from: 0 })),
  /** Norm of an epoch's last gradient, before that is clipped. */
  gradientNorm: v.array(real({ from: 0 })),
  seconds: v.array(real({ from: 0 })),
});
/** What each epoch measured, in their order, to four digits. */
export type History = Resolved<typeof HISTORY>;

/** A relative residual a step; null where it was infinite. */
const CURVE = v.array(v.nullable(real()));

const MEASURED = {
  /**
   * `trained`: all epochs, or those that its patience lasted for; scores at the best by validation. `measured`: one real training step,
   * for memory. `does not fit`: refused before the first allocation.
   */
  status: oneOf(["trained", "measured", "does not fit"]),
  /** The digest of the graph as it was read, whatever file that came from; rows of before have none. */
  data: v.optional(text()),
  /** Learned values. */
  parameters: whole(),
  /** The ledger's peak during the run; where the run does not fit, what it would need. */
  peakBytes: whole(),
  /** The peak less weights, gradients and optimiser state: the paper's O(LND) or O(ND). */
  activationBytes: whole(),
  /** Mean over epochs, evaluations and their readback included; null where nothing ran. */
  secondsPerEpoch: v.nullable(real({ from: 0 })),
  /** Where steps were timed: the least time of one training step, until the device was done. */
  secondsPerStep: v.optional(real({ from: 0 })),
  /** Of a run with parts: the share of the epochs' time in which the next part was waited for, 0 to 1. */
  waitShare: v.optional(real({ from: 0 })),
  /** Of a training by several processes: how many. */
  processes: v.optional(whole({ from: 2 })),
  /** Their steps a second, evaluations included. */
  stepsPerSecond: v.optional(real({ from: 0 })),
  /** The share of the epochs' time in which they told one another something or waited, 0 to 1. */
  exchangeShare: v.optional(real({ from: 0 })),
  bestEpoch: v.nullable(whole({ from: 1 })),
  /** What the scores are; absent for ROC-AUC. */
  metric: v.optional(v.literal("accuracy")),
  /** ROC-AUC, mean over tasks, or the metric, at `bestEpoch`. */
  scores: v.nullable(SCORES),
  /** Training loss at the end of each epoch; fewer than `epochs` where patience ended the training. */
  losses: v.array(real()),
  /** The other figures of each epoch; rows of before have none, nor has a single step. */
  history: v.optional(HISTORY),
  /** Of an equilibrium model: how its solves ended. */
  solves: v.optional(v.strictObject({ training: SOLVES, adjoint: SOLVES, evaluation: SOLVES })),
  /** Where asked for: how its residual falls by each solver. */
  residuals: v.optional(
    v.strictObject({ anderson: CURVE, broyden: CURVE, "fixed-point": CURVE }),
  ),
  /** Where asked for by `inference`, in its order. */
  inferred: v.optional(v.array(v.strictObject({
    ...INFERENCE.entries,
    scores: SCORES,
    peakBytes: whole(),
    seconds: real({ from: 0 }),
  }))),
  /** Where asked for by `drift`: that of one training step at the last weights; null for no number. */
  drifted: v.optional(v.strictObject({
    firstState: v.nullable(real()),
    gradients: v.nullable(real()),
  })),
};

/**
 * A finished run, with every option it had.
 *
 * @internal
 */
export const ROW = v.strictObject({
  schema: v.literal(SCHEMA),
  ...RUN.entries,
  ...PROVENANCE.entries,
  ...MEASURED,
});
/** One run as a line of JSON has it: its options, where it was made, and what it measured. */
export type Row = Resolved<typeof ROW>;
