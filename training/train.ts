/** Training from first values to scores: epoch after epoch, the best one kept. */
import type { Graph, Matrix } from "../graphs/graph.ts";
import { checkParts } from "../graphs/partition.ts";
import { partsOnTheSpot, type PartSource } from "../graphs/parts.ts";
import { PartsAhead } from "../graphs/parts_ahead.ts";
import { DeviceGraph } from "../gpu/device_graph.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Parameters } from "../layers/parameters.ts";
import type { Model } from "../models/model.ts";
import { readLines, readWeights, reserveLines } from "./checkpoints.ts";
import { trainEpoch } from "./epoch.ts";
import { initialValues } from "./initial_values.ts";
import { checkLoss, checkTeacher, type Loss } from "./loss.ts";
import type { OptimiserName } from "./optimiser.ts";
import { type ResidualCurves, residualCurves } from "./residual_curves.ts";
import type { Scores } from "./row.ts";
import type { Schedule } from "./schedule.ts";
import { identityOf } from "./run_identity.ts";
import { addEpoch, freshProgress, type ResumeOptions, RunStateFile } from "./run_state.ts";
import { type SolvesOfRun, solveStatistics } from "./solve_statistics.ts";
import { timeSteps } from "./time_steps.ts";
import { Trainer } from "./trainer.ts";

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

/** What a run measured. */
export interface Outcome {
  readonly parameters: number;
  readonly peakBytes: number;
  readonly activationBytes: number;
  readonly secondsPerEpoch: number;
  /** Where steps are timed: of one training step, until the device is done, at the least. */
  readonly secondsPerStep?: number;
  /**
   * Of a run with parts: the share of the epochs' time in which the next part was waited for. The device
   * may have had work of earlier parts left, so that its own share is no larger.
   */
  readonly waitShare?: number;
  readonly bestEpoch: number | null;
  /** ROC-AUC, or accuracy of classes, at the best epoch by validation. */
  readonly scores: Scores | null;
  readonly losses: readonly number[];
  /** Where they are to be kept. */
  readonly weights?: WeightsOfRun;
  /** Of an equilibrium model: how its solves ended. */
  readonly solves?: SolvesOfRun;
  /** Where asked for: how the residual falls by each solver. */
  readonly residuals?: ResidualCurves;
}

/** Flat values, in the buffer's order, running statistics included. */
export interface WeightsOfRun {
  /** After the last step. */
  readonly last: Float32Array;
  /** Those of the scores; null where nothing was scored. */
  readonly best: Float32Array | null;
}

/** Trains a model. Same seed, same adapter: the same bits. */
export async function train(
  gpu: Gpu,
  model: Model,
  graph: Graph,
  options: TrainOptions,
): Promise<Outcome> {
  const { epochs, parts = 1, seed = 0, optimiser, clip, loss, onEpoch, onBest } = options;
  const { pretrainEpochs = 0, pretrainDepth = 3, evaluateParts = 1, keepWeights = false } = options;
  checkOptions(model, graph, options);
  const { resume } = options;
  const file = resume && epochs > 0 && !gpu.dryRun
    ? new RunStateFile(resume, identityOf(model, graph, options, gpu.adapter.name))
    : undefined;
  const found = await file?.read();
  const done = found?.progress ?? freshProgress();
  let bestWeights = found?.values.best ?? null;
  const initial = found?.values.weights ?? options.initial ?? initialValues(model, graph, seed);
  using source = openParts(gpu, graph, options, done.epoch + 1);
  // What goes by parts never holds the whole graph on the device.
  using whole = source && evaluateParts > 1 ? undefined : new DeviceGraph(gpu, graph);
  using trainer = new Trainer(gpu, model, initial, {
    seed,
    batches: parts,
    optimiser,
    clip,
    loss,
    pretraining: { steps: pretrainEpochs * parts, depth: pretrainDepth },
  });
  const { parameters } = trainer;
  if (found) trainer.restore(done.epoch * parts, found.values.moments);
  using teacher = parts === 1 && options.teacher ? gpu.upload(options.teacher) : undefined;
  // Logits have the labels' shape; a run that evaluates nothing takes the memory of one that does.
  gpu.reserve(trainer.losses, trainer.squaredNorm, ...whole ? [whole.labels] : []);
  const keepsBest = keepWeights || file !== undefined;
  if (onBest || keepsBest) reserveLines(parameters.weights);
  options.onStart?.();
  if (found) options.onResume?.(done.epoch);
  const given = { data: graph, whole, teacher, source };
  const last = Math.max(1, epochs);
  while (done.epoch < last) {
    const epoch = done.epoch + 1;
    const { progress, logits, waited } = await trainEpoch(gpu, trainer, given, epoch, options);
    addEpoch(done, progress, { waited, solves: trainer.takeSolves(), ledger: gpu.ledger });
    // An equilibrium that is solved takes other memory than one that is unrolled.
    if (epoch === pretrainEpochs) gpu.trim();
    onEpoch?.(progress);
    const { scores } = progress;
    if (scores !== null && scores.valid > (done.best?.scores.valid ?? -1)) {
      done.best = { epoch, scores };
      if (keepsBest) bestWeights = await readWeights(parameters);
      await onBest?.({ ...done.best, logits: logits!, parameters });
    }
    if (file === undefined || !(file.due || epoch === last)) continue;
    const moments = await readLines(trainer.moments);
    const values = { weights: await readWeights(parameters), moments, best: bestWeights };
    await file.write({ progress: done, values });
  }
  const solves = solveStatistics(done.solves);
  const { residualSteps, timedSteps } = options;
  const values = keepWeights || residualSteps !== undefined
    ? await readWeights(parameters)
    : undefined;
  const secondsPerStep = timedSteps === undefined || epochs > 0 || gpu.dryRun
    ? undefined
    : await timeSteps(gpu, trainer, given, options, timedSteps);
  return {
    parameters: model.layout.count,
    peakBytes: done.peakBytes,
    activationBytes: done.activationBytes,
    secondsPerEpoch: mean(done.seconds),
    ...secondsPerStep !== undefined && { secondsPerStep },
    ...source && { waitShare: done.waited / sum(done.seconds) },
    bestEpoch: done.best?.epoch ?? null,
    scores: done.best?.scores ?? null,
    losses: done.losses,
    ...solves && { solves },
    ...keepWeights && { weights: { last: values!, best: bestWeights } },
    ...residualSteps !== undefined &&
      {
        residuals: await residualCurves(
          model,
          values!,
          { data: graph, whole: whole! },
          residualSteps,
        ),
      },
  };
}

/** Throws a sentence where the options do not make sense for the graph. */
function checkOptions(model: Model, graph: Graph, options: TrainOptions): void {
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
  checkLoss(graph, loss);
  checkTeacher(graph, teacher);
  if (!(clip >= 0)) throw new RangeError(`Cannot clip at a norm of ${clip}: it must be at least 0`);
  if (!(warmUp > 0)) {
    throw new RangeError(`Cannot warm up for ${warmUp} epochs: it must be above 0`);
  }
  checkParts(graph.nodes, parts);
}

/** Where the run's parts come from; undefined where the whole graph is the only batch. */
function openParts(
  gpu: Gpu,
  graph: Graph,
  options: TrainOptions,
  firstEpoch: number,
): PartSource | undefined {
  const { parts = 1, epochs, seed = 0, teacher, worker = true } = options;
  if (parts === 1) return undefined;
  const of = { parts, epochs: Math.max(1, epochs), firstEpoch, seed };
  const wanted = { ...of, ...teacher && { teacher } };
  // A dry run trains nothing that a worker could build ahead of.
  return worker && !gpu.dryRun ? new PartsAhead(graph, wanted) : partsOnTheSpot(graph, wanted);
}

function mean(values: ArrayLike<number>): number {
  return sum(values) / values.length;
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value, 0);
}
