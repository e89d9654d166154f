/** What training is told, what it tells meanwhile, and which options make no sense together. */
import type { Graph, Matrix } from "../graphs/graph.ts";
import { checkParts } from "../graphs/partition.ts";
import type { Parameters } from "../layers/parameters.ts";
import { checkWeights, type Model } from "../models/model.ts";
import { checkLoss, checkTeacher, type Loss } from "./loss.ts";
import type { OptimiserName } from "./optimiser.ts";
import { checkScores } from "./part_classes.ts";
import type { PartSizes } from "./part_sizes.ts";
import type { Scores } from "./row.ts";
import type { ResumeOptions } from "./run_state.ts";
import type { Schedule } from "./schedule.ts";

export interface TrainOptions {
  /** 0: one step without evaluation, to measure memory. */
  readonly epochs: number;
  /** Default 1e-2, the peak of a one-cycle schedule. */
  readonly learningRate?: number;
  readonly schedule?: Schedule;
  /** Epochs in which schedule "warm-up" rises; default 50. */
  readonly warmUp?: number;
  /** Default "adam". */
  readonly optimiser?: OptimiserName;
  /** Gradients are scaled down to this norm, the paper's 1 by default; 0 leaves them as they are. */
  readonly clip?: number;
  /** Default "cross-entropy" for classes, "bce" for tasks. */
  readonly loss?: Loss;
  /** [nodes, classes]: logits of a teacher that the model is to learn from as well. */
  readonly teacher?: Matrix;
  /** Random parts the nodes are split into each epoch; each induces a batch. Default 1. */
  readonly parts?: number;
  /**
   * Whether a worker builds parts while the device trains those before. It takes the permission to read
   * this project's files, and a copy of the graph unless the graph is on shared memory (`share`). The
   * values of a run do not depend on it. Default true.
   */
  readonly worker?: boolean;
  /** Random parts that an evaluation goes by, where the whole graph does not fit; default 1. */
  readonly evaluateParts?: number;
  /** What no part exceeds, where that is known already; default: no part of this run, `partSizes`. */
  readonly sizes?: PartSizes | undefined;
  /** Epochs from one evaluation to the next; the last epoch always has one. Default 1. */
  readonly evaluateEvery?: number;
  readonly seed?: number;
  /** First epochs in which an equilibrium model is a weight-tied network; default 0. */
  readonly pretrainEpochs?: number;
  /** The depth of that network; default 3. */
  readonly pretrainDepth?: number;
  /**
   * Steps by which an equilibrium model is solved by every solver in the end; default none. Needs the
   * whole graph on the device.
   */
  readonly residualSteps?: number;
  /**
   * Of 0 epochs: so many more steps are taken one by one, for the least time of one; default none. They
   * move neither weights nor any other figure.
   */
  readonly timedSteps?: number;
  /** What to start from, in the flat buffer's order; default: fresh values of the seed. */
  readonly initial?: Float32Array;
  /** Whether the outcome has the last and the best epoch's weights; default false. */
  readonly keepWeights?: boolean;
  /**
   * A file of the run's state: written between epochs, and gone on from where it is there. A run that was
   * stopped then ends with the bits of one that was not; its seconds and peaks are those of all processes
   * that worked on it. Whoever has made sure of the outcome removes the file by `removeRunState`.
   */
  readonly resume?: ResumeOptions;
  /** Called when all is checked and found, before the first epoch. */
  readonly onStart?: () => void;
  /** Called then where the run goes on from a file, with the epochs it has done. */
  readonly onResume?: (epochs: number) => void;
  readonly onEpoch?: (progress: Progress) => void;
  /** Called at each best epoch so far, before the next one begins. */
  readonly onBest?: (best: Best) => void | Promise<void>;
}

/** The best epoch so far, by validation. */
export interface Best {
  readonly epoch: number;
  readonly scores: Scores;
  /** [nodes, tasks] */
  readonly logits: Matrix;
  /** The weights that gave them. */
  readonly parameters: Parameters;
}

/** An epoch's news. */
export interface Progress {
  /** From 1. */
  readonly epoch: number;
  readonly loss: number;
  /** Null where the epoch was not evaluated. */
  readonly scores: Scores | null;
  readonly seconds: number;
  /** The ledger's peak so far. */
  readonly peakBytes: number;
}

/** Throws a sentence where the options do not make sense for the graph. */
export function checkTrainOptions(model: Model, graph: Graph, options: TrainOptions): void {
  const { loss, teacher, clip = 0, warmUp = 1, parts = 1 } = options;
  if (model.options.labels && !graph.classes) {
    throw new RangeError(
      `Cannot give labels of ${graph.name} as inputs: it must have classes, it has tasks`,
    );
  }
  const { residualSteps, evaluateParts = 1, pretrainEpochs = 0 } = options;
  const { kind, equilibrium } = model.options;
  if (pretrainEpochs > 0 && kind !== "deq-gnn") {
    throw new RangeError(`Cannot pre-train a ${kind}: only a deq-gnn is unrolled first`);
  }
  const solves = kind === "deq-gnn" && equilibrium?.gradient !== "unrolled";
  if (residualSteps !== undefined && (!solves || evaluateParts > 1)) {
    throw new RangeError(
      "Cannot draw curves of residuals: only a deq-gnn that solves, with the whole graph on the " +
        "device, has any",
    );
  }
  const { timedSteps = 1 } = options;
  if (!(Number.isInteger(timedSteps) && timedSteps >= 1)) {
    throw new RangeError(`Cannot time ${timedSteps} steps: expected a whole number from 1`);
  }
  if (options.epochs > 0) checkScores(graph);
  checkWeights(model.options, graph);
  checkLoss(graph, loss);
  checkTeacher(graph, teacher);
  if (!(clip >= 0)) throw new RangeError(`Cannot clip at a norm of ${clip}: it must be at least 0`);
  if (!(warmUp > 0)) {
    throw new RangeError(`Cannot warm up for ${warmUp} epochs: it must be above 0`);
  }
  checkParts(graph.nodes, parts);
}
