/** How far a run has come, epoch by epoch. */
import type { Scores } from "../row.ts";
import type { EpochOfRank } from "./epoch_of_ranks.ts";
import type { EpochFigures } from "./history.ts";
import type { SolveEnd } from "../steps/solve_statistics.ts";
import type { Progress } from "./train_options.ts";

/** How far a run has come. */
export interface RunProgress {
  /** Epochs done. */
  epoch: number;
  /** The figures of each. */
  readonly history: EpochFigures[];
  /** Seconds spent waiting for parts. */
  waited: number;
  /** Seconds spent with other processes. */
  exchanged: number;
  /** The ledger's peaks so far. */
  peakBytes: number;
  activationBytes: number;
  /** The best epoch by validation. */
  best: { readonly epoch: number; readonly scores: Scores; readonly judged: number } | null;
  readonly solves: SolveEnd[];
}

/** The progress of a run that has not begun. */
export function freshProgress(): RunProgress {
  return {
    ...{ epoch: 0, history: [], waited: 0, exchanged: 0 },
    ...{ peakBytes: 0, activationBytes: 0, best: null, solves: [] },
  };
}

/** Adds an epoch to a run's progress; by its validation it may be the best so far. */
export function addEpoch(
  done: RunProgress,
  { epoch, loss, scores, judged, learningRate, gradientNorm, seconds }: Progress,
  beside: Omit<EpochOfRank, "inRange" | "seconds">,
): void {
  done.epoch = epoch;
  done.history.push({ epoch, loss, scores, learningRate, gradientNorm, seconds });
  if (scores !== null && judged !== null && judged > (done.best?.judged ?? -Infinity)) {
    done.best = { epoch, scores, judged };
  }
  done.waited += beside.waited;
  done.exchanged += beside.exchanged;
  // Only how solves ended is kept, not their curves of residuals.
  done.solves.push(
    ...beside.solves.map(({ of, status, steps, residual }) => ({ of, status, steps, residual })),
  );
  done.peakBytes = Math.max(done.peakBytes, beside.peakBytes);
  done.activationBytes = Math.max(done.activationBytes, beside.activationBytes);
}
