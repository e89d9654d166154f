/** What training is told, what it tells meanwhile, and which options make no sense together. */
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { checkParts } from "../../graphs/parts/partition.ts";
import type { Parameters } from "../../layers/parameters.ts";
import { checkWeights, type Model } from "../../models/model.ts";
import { checkLoss, checkTeacher } from "../steps/loss.ts";
import { checkScores } from "./part_classes.ts";
import type { PartSizes } from "./part_sizes.ts";
import type { Scores } from "../row.ts";
import type { ResumeOptions } from "./run_state.ts";
import type { TrainingGiven, TrainingSettings } from "../settings.ts";

/** What `train` is told: options of training, and who wants to hear of it. */
export interface TrainOptions extends TrainingGiven {
  /** [nodes, classes]: logits of a teacher that the model is to learn from as well. */
  readonly teacher?: Matrix;
  /**
   * Whether a worker builds parts while the device trains those before. It takes the permission to read
   * this project's files, and a copy of the graph unless the graph is on shared memory (`share`). The
   * values of a run do not depend on it. Default true.
   */
  readonly worker?: boolean;
  /** What no part exceeds, where that is known already; default: no part of this run, `partSizes`. */
  readonly sizes?: PartSizes | undefined;
  /** What to start from, in the flat buffer's order; default: fresh values of the seed. */
  readonly initial?: Float32Array;
  /** Whether the outcome has the last and the best epoch's weights, or the last alone; default false. */
  readonly keepWeights?: boolean | "last";
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
  /** Is told of each epoch at its end. */
  readonly onEpoch?: (progress: Progress) => void;
  /** Called at each best epoch so far, before the next one begins. */
  readonly onBest?: (best: Best) => void | Promise<void>;
}

/** What a run is told, its settings resolved. */
export interface Orders {
  readonly training: TrainingSettings;
  readonly options: TrainOptions;
}

/** The best epoch so far, by validation. */
export interface Best {
  /** From 1. */
  readonly epoch: number;
  /** One figure for each part of the split. */
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
  /** Training loss at its end. */
  readonly loss: number;
  /** Null where the epoch was not evaluated. */
  readonly scores: Scores | null;
  /** Seconds that the epoch took. */
  readonly seconds: number;
  /** The ledger's peak so far. */
  readonly peakBytes: number;
}

/** Throws a sentence where the options do not make sense for the graph. */
export function checkTrainOptions(
  model: Model,
  graph: Graph,
  { epochs, loss, parts, pretrainEpochs }: TrainingSettings,
  { teacher }: TrainOptions,
): void {
  if (model.options.labels && !graph.classes) {
    throw new RangeError(
      `Cannot give labels of ${graph.name} as inputs: it must have classes, it has tasks`,
    );
  }
  const { kind } = model.options;
  if (pretrainEpochs > 0 && kind !== "deq-gnn") {
    throw new RangeError(`Cannot pre-train a ${kind}: only a deq-gnn is unrolled first`);
  }
  if (epochs > 0) checkScores(graph);
  checkWeights(model.options, graph);
  checkLoss(graph, loss);
  checkTeacher(graph, teacher);
  checkParts(graph.nodes, parts);
}
