/** One epoch of training: a submission for each step, and a readback at the end. */
import type { GraphOutline, Matrix } from "../../graphs/graph.ts";
import type { PartSize } from "../../graphs/parts/part_size.ts";
import type { Part } from "../../graphs/parts/parts.ts";
import type { Device } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { usedBy } from "../../models/model.ts";
import { gatherFloats, type Ranks } from "../ranks/ranks.ts";
import { epochOfAll, type EpochOfRank, lossesOfAll } from "./epoch_of_ranks.ts";
import { checkTrainingRange, isEvaluatedInRange } from "./epoch_range.ts";
import type { GraphOfRun } from "./graph_of_run.ts";
import { predict } from "../steps/predict.ts";
import { scoresOf } from "../steps/metrics.ts";
import { validationLoss } from "../steps/validation_loss.ts";
import { evaluates } from "./part_sizes.ts";
import type { PartWatch } from "./part_watch.ts";
import { StrayError } from "./stray_error.ts";
import { learningRateAt } from "../steps/schedule.ts";
import type { TrainingSettings } from "../settings.ts";
import type { Scores } from "../row.ts";
import type { Progress } from "./train_options.ts";
import type { Trainer } from "../steps/trainer.ts";

/** An epoch's figures, and its logits where it was evaluated. */
export interface EpochEnd {
  readonly progress: Progress;
  readonly logits: Matrix | null;
  /** What is measured beside them. */
  readonly beside: EpochOfRank;
}

/** Trains one epoch, counted from 1, and reads its figures back; with ranks, those of all. */
export async function trainEpoch(
  gpu: Device,
  trainer: Trainer,
  graph: GraphOfRun,
  epoch: number,
  options: TrainingSettings,
  watch?: PartWatch,
): Promise<EpochEnd> {
  const [start, { seconds: exchanged }] = [performance.now(), graph.ranks];
  watch?.begin(epoch);
  const rate = (batch: number) => rateOf(options, epoch, batch);
  // Training takes over the memory that the last evaluation left, and the other way round.
  if (graph.sizes) gpu.turn();
  const waited = graph.source ? await trainParts(gpu, trainer, graph, rate, options, watch) : 0;
  if (!graph.source) {
    await trainer.step(graph.whole!, rate(0), 0, graph.teacher);
    await watch?.trained(1, 1);
  }
  const read = await readEpoch(gpu, trainer, graph, epoch, options, watch);
  const stray = strayOf(read);
  if (stray !== undefined) throw new StrayError(stray, { epoch, batch: read.batch }, options);
  await checkTrainingRange(gpu, trainer, graph, epoch, options);
  const inRange = !read.logits || await isEvaluatedInRange(gpu, trainer, graph, epoch, options);
  const { peak: peakBytes, activationPeak: activationBytes } = gpu.ledger;
  const own = {
    ...{ inRange, waited, peakBytes, activationBytes, solves: trainer.takeSolves() },
    seconds: (performance.now() - start) / 1000,
    exchanged: graph.ranks.seconds - exchanged,
  };
  const beside = await epochOfAll(graph.ranks, own, options);
  // A dry run reads zeros, and its graph may have nothing but columns.
  const scored = beside.inRange && !gpu.dryRun;
  const scores = read.logits && scored ? scoresOf(read.logits, graph.data) : null;
  const { loss, norm: gradientNorm } = read;
  const figures = { epoch, loss, scores, learningRate: rate(0), gradientNorm };
  const judged = scores && judgedBy(read.logits!, scores, graph.data, options);
  const { seconds, peakBytes: peak } = beside;
  const progress = { ...figures, judged, seconds, peakBytes: peak };
  return { progress, logits: read.logits, beside };
}

/** What the best epoch has most of. */
function judgedBy(
  logits: Matrix,
  scores: Scores,
  graph: GraphOutline,
  { bestBy, loss }: TrainingSettings,
): number {
  if (bestBy === "score") return scores.valid;
  return -validationLoss(logits, graph, graph.split.valid, loss);
}

/** The learning rate of a batch, counted from 0, of an epoch, counted from 1. */
export function rateOf(
  { epochs, learningRate, schedule, parts, accumulate }: TrainingSettings,
  epoch: number,
  batch: number,
): number {
  const stepsOfEpoch = parts / accumulate;
  const step = (epoch - 1) * stepsOfEpoch + Math.floor(batch / accumulate);
  const steps = Math.max(1, epochs) * stepsOfEpoch;
  const warmUp = schedule.kind === "warm-up" ? schedule.epochs * stepsOfEpoch : undefined;
  return learningRateAt(schedule.kind, learningRate, step, steps, warmUp);
}

/** Trains on each part of an epoch that is this rank's; returns the seconds spent waiting for parts. */
async function trainParts(
  gpu: Device,
  trainer: Trainer,
  { source, sizes, ranks }: GraphOfRun,
  rate: (batch: number) => number,
  options: TrainingSettings,
  watch: PartWatch | undefined,
): Promise<number> {
  const { training: size } = sizes!;
  // All steps of a dry run are the same.
  const batches = gpu.dryRun ? options.accumulate : partsOfEpoch(options);
  let waited = 0;
  for (let batch = ranks.rank; batch < batches; batch += ranks.size) {
    const asked = performance.now();
    const part = await source!.next();
    waited += (performance.now() - asked) / 1000;
    await trainPart(gpu, trainer, part, size, rate(batch), batch);
    // All ranks are as far as this one.
    await watch?.trained(Math.min(batches, batch - ranks.rank + ranks.size), batches);
  }
  return waited;
}

/** Parts that an epoch trains on: all, or without epochs those of the one step that is measured. */
export function partsOfEpoch({ epochs, parts, accumulate }: TrainingSettings): number {
  return epochs === 0 ? accumulate : parts;
}

/** Trains on a part; with the last one of a step, the step is taken. */
export async function trainPart(
  gpu: Device,
  trainer: Trainer,
  { graph, teacher }: Part,
  size: PartSize,
  rate: number,
  batch: number,
): Promise<void> {
  using part = new DeviceGraph(gpu, graph, { ...usedBy(trainer.model), size });
  using taught = teacher && gpu.upload(teacher);
  await trainer.step(part, rate, batch, taught);
}

interface EpochRead {
  readonly loss: number;
  /** The first batch, from 0, whose loss is not finite; undefined where all are. */
  readonly batch: number | undefined;
  /** Norm of the last gradient: NaN always shows in it, where ReLU hides it from the loss. */
  readonly norm: number;
  readonly logits: Matrix | null;
}

/**
 * Reads an epoch's losses and, if it ends with an evaluation, logits: those of a whole graph in one
 * readback.
 */
export async function readEpoch(
  gpu: Device,
  trainer: Trainer,
  graph: GraphOfRun,
  epoch: number,
  options: TrainingSettings,
  watch?: PartWatch,
): Promise<EpochRead> {
  const { ranks } = graph;
  const figuresOf = (evaluated?: DeviceGraph) =>
    readFigures(gpu, trainer, ranks, partsOfEpoch(options), evaluated);
  if (!evaluates(epoch, options)) return await figuresOf();
  if (options.evaluateParts > 1) {
    const figures = await figuresOf();
    gpu.turn();
    return { ...figures, logits: await predictByParts(gpu, trainer, graph, epoch, options, watch) };
  }
  if (graph.whole) return await figuresOf(graph.whole);
  gpu.turn();
  const use = { ...usedBy(trainer.model), backward: false };
  // The whole graph is the first rank's.
  using whole = ranks.rank === 0 ? new DeviceGraph(gpu, graph.evaluated!, use) : undefined;
  const { logits, ...figures } = await figuresOf(whole);
  const { rows, cols } = graph.data.labels;
  const [data] = await gatherFloats(ranks, logits?.data ?? new Float32Array(0));
  return { ...figures, logits: { data: data!, rows, cols } };
}

async function readFigures(
  gpu: Device,
  trainer: Trainer,
  ranks: Ranks,
  batches: number,
  evaluated: DeviceGraph | undefined,
): Promise<EpochRead> {
  const { losses, squaredNorm } = trainer;
  using logits = evaluated && await trainer.predict(evaluated);
  const [own, squares, data] = await gpu.read(losses, squaredNorm, ...logits ? [logits] : []);
  const loss = (await lossesOfAll(ranks, own!)).slice(0, batches);
  const stray = loss.findIndex((value) => !Number.isFinite(value));
  return {
    loss: loss.reduce((sum, value) => sum + value, 0) / loss.length,
    batch: stray < 0 ? undefined : stray,
    norm: Math.sqrt(squares![0]!),
    logits: logits ? { data: data!, rows: logits.rows, cols: logits.cols } : null,
  };
}

/** Evaluates by parts, of a partition drawn for this evaluation. */
function predictByParts(
  gpu: Device,
  trainer: Trainer,
  { data, sizes, ranks }: GraphOfRun,
  epoch: number,
  { evaluateParts: parts, seed }: TrainingSettings,
  watch: PartWatch | undefined,
): Promise<Matrix> {
  const predictOne = (part: DeviceGraph) => trainer.predict(part);
  const { evaluation: size } = sizes!;
  const onPart = watch && ((part: number, of: number) => watch.evaluated(part, of));
  const options = { parts, seed: seed + epoch, size, ranks, onPart, ...usedBy(trainer.model) };
  return predict(gpu, data, predictOne, options);
}

/** Names the first quantity that is not finite, as a clause; undefined where all are. */
function strayOf({ loss, norm, logits }: EpochRead): string | undefined {
  if (!Number.isFinite(loss)) return `the loss is ${loss}`;
  if (!Number.isFinite(norm)) return `the gradient's norm is ${norm}`;
  return logits?.data.some(Number.isNaN) ? "a logit is NaN" : undefined;
}
