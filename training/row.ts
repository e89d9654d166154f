/** A row: what one run was, and what it measured. Pages are drawn from rows alone. */
import type { MadeFeatures } from "../graphs/npz_features.ts";
import type { PlantedOptions } from "../graphs/planted.ts";
import type { ModelOptions } from "../models/model.ts";
import type { Drift } from "./drift.ts";
import type { Inference, Inferred } from "./inferred.ts";
import type { Loss } from "./loss.ts";
import type { OptimiserName } from "./optimiser.ts";
import type { ResidualCurves } from "./residual_curves.ts";
import type { SolvesOfRun } from "./solve_statistics.ts";
import type { Schedule } from "./schedule.ts";

/** One figure for each part of the split. */
export interface Scores {
  readonly train: number;
  readonly valid: number;
  readonly test: number;
}

/** What a run was asked to do; two runs with equal settings are the same run. */
export interface RunSettings {
  /** The experiment's file name, as `memory_vs_depth`; `train` for a run of one's own. */
  readonly experiment: string;
  /** As a legend would call it: `RevGNN-64`. */
  readonly name: string;
  readonly scale: string;
  readonly dataset: string;
  /** How the graph is read, where it is not as usual: see NpzOptions and OgbOptions. */
  readonly split?: number;
  readonly symmetric?: boolean;
  readonly selfLoops?: boolean;
  readonly features?: number;
  readonly makeFeatures?: MadeFeatures;
  /** What the data set "planted" is grown from, where not as usual. */
  readonly planted?: Partial<PlantedOptions>;
  readonly model: ModelOptions;
  readonly epochs: number;
  readonly learningRate: number;
  readonly schedule: Schedule;
  /** How it is trained, where not as usual: see TrainOptions. */
  readonly warmUp?: number;
  readonly optimiser?: OptimiserName;
  readonly clip?: number;
  readonly loss?: Loss;
  /** The teacher's logits: their file, or a name that whoever starts the run has a file for. */
  readonly teacher?: string;
  readonly parts: number;
  /** Random parts an evaluation goes by; absent where it is of the whole graph. */
  readonly evaluateParts?: number;
  /** Epochs from one evaluation to the next. */
  readonly evaluateEvery: number;
  readonly seed: number;
  /** Bytes of device memory the run may take; null for all there is. */
  readonly memoryBudget: number | null;
  /** The checkpoint it starts from, if not from fresh values. */
  readonly init?: string;
  /** First epochs of an equilibrium model as a weight-tied network of a depth; see TrainOptions. */
  readonly pretrainEpochs?: number;
  readonly pretrainDepth?: number;
  /** Steps of each solver on the trained equilibrium model, for its curve of residuals. */
  readonly residualSteps?: number;
  /** How the best epoch's weights are scored once more after training; nothing where none is trained. */
  readonly inference?: readonly Inference[];
  /** Whether the drift of a training step is measured at the end. */
  readonly drift?: true;
  /** Of 0 epochs: steps that are taken for the time of one. */
  readonly timedSteps?: number;
}

/** Where and with what a row was measured. */
export interface Provenance {
  readonly adapter: string;
  readonly deno: string;
  readonly version: string;
  readonly commit: string;
  /** ISO 8601, UTC. */
  readonly date: string;
}

/** A finished run. */
export interface Row extends RunSettings, Provenance {
  /**
   * `trained`: all epochs, scores at the best epoch by validation. `measured`: one real training step,
   * for memory. `does not fit`: refused before the first allocation.
   */
  readonly status: "trained" | "measured" | "does not fit";
  /** The digest of the graph as it was read, whatever file that came from; rows of before have none. */
  readonly data?: string;
  /** Learned values. */
  readonly parameters: number;
  /** The ledger's peak during the run; where the run does not fit, what it would need. */
  readonly peakBytes: number;
  /** The peak less weights, gradients and optimiser state: the paper's O(LND) or O(ND). */
  readonly activationBytes: number;
  /** Mean over epochs, evaluations and their readback included; null where nothing ran. */
  readonly secondsPerEpoch: number | null;
  /** Where steps were timed: the least time of one training step, until the device was done. */
  readonly secondsPerStep?: number;
  /** Of a run with parts: the share of the epochs' time in which the next part was waited for, 0 to 1. */
  readonly waitShare?: number;
  readonly bestEpoch: number | null;
  /** What the scores are; absent for ROC-AUC. */
  readonly metric?: "accuracy";
  /** ROC-AUC, mean over tasks, or the metric, at `bestEpoch`. */
  readonly scores: Scores | null;
  /** Training loss at the end of each epoch. */
  readonly losses: readonly number[];
  /** Of an equilibrium model: how its solves ended. */
  readonly solves?: SolvesOfRun;
  /** Where asked for: how its residual falls by each solver. */
  readonly residuals?: ResidualCurves;
  /** Where asked for by `inference`, in its order. */
  readonly inferred?: readonly Inferred[];
  /** Where asked for by `drift`: that of one training step at the last weights; null for no number. */
  readonly drifted?: { readonly [of in keyof Drift]: number | null };
}
