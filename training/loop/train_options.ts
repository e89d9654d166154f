/** The options and callbacks of training, and which of them contradict one another. */
import type { Matrix } from "../../graphs/graph.ts";
import { checkParts } from "../../graphs/parts/partition.ts";
import { inMemory, type PartedGraph } from "../../graphs/parts/stored_graph.ts";
import type { Parameters } from "../../layers/parameters.ts";
import { checkWeights, type Model } from "../../models/model.ts";
import type { Ranks } from "../ranks/ranks.ts";
import { checkLoss, checkTeacher } from "../steps/loss.ts";
import { checkScores } from "./part_classes.ts";
import type { EpochFigures } from "./history.ts";
import type { Interruption } from "./interruption.ts";
import type { PartProgress } from "./part_watch.ts";
import type { PartSizes } from "./part_sizes.ts";
import type { Scores } from "../row.ts";
import type { Outcome } from "./outcome.ts";
import type { ResumeOptions } from "./run_state_file.ts";
import { type TrainingGiven, type TrainingSettings, trainingSettings } from "../settings.ts";

/** Options of `train`: the settings of training, its data, and callbacks. */
export interface TrainOptions extends TrainingGiven {
  /** [nodes, classes]: logits of a teacher, from which the model learns as well. */
  readonly teacher?: Matrix;
  /**
   * Whether a worker builds parts while the device trains on earlier ones. It needs permission to read this
   * project's files, and copies the graph unless that is on shared memory (`share`). The values of a run do
   * not depend on it. Default true.
   */
  readonly worker?: boolean;
  /** Bounds of the parts' sizes, where known already; default: found from this run's parts by `partSizes`. */
  readonly sizes?: PartSizes | undefined;
  /**
   * The processes that train together, each on parts of its own; default this one alone. All are told the
   * same, the last bit of the outcome included, and only the first keeps the state.
   */
  readonly ranks?: Ranks;
  /** Initial values, in the flat buffer's order; default: drawn from the seed. */
  readonly initial?: Float32Array;
  /** Whether the outcome has the last and the best epoch's weights, or only the last; default false. */
  readonly keepWeights?: boolean | "last";
  /**
   * A file of the run's state, written between epochs; where it exists, the run continues from it. A run
   * that was stopped then ends with the same bits as one that was not; its seconds and peaks cover all
   * processes that worked on it. Whoever has saved the outcome removes the file with `removeRunState`.
   */
  readonly resume?: ResumeOptions;
  /** What may ask the run to end between two epochs; it then throws an Interrupted. */
  readonly interruption?: Interruption;
  /** Called once everything is checked, before the first epoch. */
  readonly onStart?: () => void;
  /** Called after `onStart` where the run continues from a file, with the number of epochs done and their figures. */
  readonly onResume?: (epochs: number, done: readonly EpochFigures[]) => void;
  /** Called at the end of each epoch; `soFar` gives what the run would have measured if that was its last. */
  readonly onEpoch?: (progress: Progress, soFar: () => Outcome) => void;
  /** Called within an epoch whenever a part has been trained or evaluated. */
  readonly onPart?: (progress: PartProgress) => void;
  /** Called at each best epoch so far, before the next one begins. */
  readonly onBest?: (best: Best) => void | Promise<void>;
}

/** What a run is told, with its settings resolved. */
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
  /** The weights that gave these scores. */
  readonly parameters: Parameters;
}

/** A run's orders. Throws a sentence where they contradict one another or do not suit the graph. */
export function ordersOf(model: Model, graph: PartedGraph, options: TrainOptions): Orders {
  const training = trainingSettings(options);
  checkTrainOptions(model, graph, training, options);
  return { training, options };
}

/** What is reported after each epoch. */
export interface Progress extends EpochFigures {
  /** What the best epoch has most of, by `bestBy`; null where the epoch was not evaluated. */
  readonly judged: number | null;
  /** The ledger's peak so far, in bytes. */
  readonly peakBytes: number;
}

/** Throws a sentence where the options contradict one another or do not suit the graph. */
export function checkTrainOptions(
  model: Model,
  graph: PartedGraph,
  training: TrainingSettings,
  { teacher, ranks }: TrainOptions,
): void {
  const { epochs, loss, parts, accumulate, pretrainEpochs } = training;
  const { kind } = model.options;
  if (pretrainEpochs > 0 && kind !== "deq-gnn") {
    throw new RangeError(`Cannot pre-train a ${kind}: only a deq-gnn is unrolled first`);
  }
  if (ranks && accumulate % ranks.size !== 0) {
    throw new RangeError(
      `Cannot share ${accumulate} parts a step among ${ranks.size} processes: each takes as many, ` +
        "so accumulate must be a multiple of them",
    );
  }
  if (epochs > 0) checkScores(graph);
  checkWeights(model.options, graph);
  checkLoss(graph, loss, training);
  checkTeacher(graph, teacher);
  if (teacher !== undefined) inMemory(graph, "teach", "train without a teacher");
  checkParts(graph.nodes, parts);
}
