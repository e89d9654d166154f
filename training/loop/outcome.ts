/** What a run measured, so far or at its end. */
import type { Model } from "../../models/model.ts";
import type { Scores } from "../row.ts";
import { type SolvesOfRun, solveStatistics } from "../steps/solve_statistics.ts";
import type { GraphOfRun } from "./graph_of_run.ts";
import type { EpochFigures } from "./history.ts";
import type { RunProgress } from "./run_progress.ts";

/** What training measured. */
export interface Outcome {
  /** Number of learned values. */
  readonly parameters: number;
  /** Most bytes of device memory held at once. */
  readonly peakBytes: number;
  /** The peak without weights, gradients and moments. */
  readonly activationBytes: number;
  /** Mean over all epochs, evaluations included. */
  readonly secondsPerEpoch: number;
  /**
   * Share of the epochs' time spent waiting for the next part, where a run has parts. It is an upper bound
   * of the device's idle share, as the device may still have had work.
   */
  readonly waitShare?: number;
  /** Share of the epochs' time in which processes told one another something, or waited for others. */
  readonly exchangeShare?: number;
  /** The epoch with the best validation score, from 1; null where none was scored. */
  readonly bestEpoch: number | null;
  /** ROC-AUC, or accuracy for classes, at the epoch with the best validation score. */
  readonly scores: Scores | null;
  /** Training loss at the end of each epoch. */
  readonly losses: readonly number[];
  /** All figures of each epoch. */
  readonly history: readonly EpochFigures[];
  /** The weights, where they are to be kept. */
  readonly weights?: WeightsOfRun;
  /** How the solves of an equilibrium model ended. */
  readonly solves?: SolvesOfRun;
}

/** Flat values, in the buffer's order, running statistics included. */
export interface WeightsOfRun {
  /** After the last step. */
  readonly last: Float32Array;
  /** Those that gave the scores; null where nothing was scored or only the last are kept. */
  readonly best: Float32Array | null;
}

/** What a run that has come this far has measured. */
export function outcomeOf(done: RunProgress, model: Model, { source, ranks }: GraphOfRun): Outcome {
  const solves = solveStatistics(done.solves);
  return {
    parameters: model.layout.count,
    peakBytes: done.peakBytes,
    activationBytes: done.activationBytes,
    secondsPerEpoch: epochSeconds(done.history) / done.history.length,
    ...source && { waitShare: done.waited / epochSeconds(done.history) },
    ...ranks.size > 1 && { exchangeShare: done.exchanged / epochSeconds(done.history) },
    bestEpoch: done.best?.epoch ?? null,
    scores: done.best?.scores ?? null,
    losses: done.history.map(({ loss }) => loss),
    history: [...done.history],
    ...solves && { solves },
  };
}

/** The seconds that these epochs took. */
export function epochSeconds(epochs: readonly EpochFigures[]): number {
  return epochs.reduce((sum, { seconds }) => sum + seconds, 0);
}
