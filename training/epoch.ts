/** One epoch of training: one submission a step, one readback at the end. */
import type { Graph, Matrix } from "../graphs/graph.ts";
import type { PartSource } from "../graphs/parts.ts";
import { DeviceGraph } from "../gpu/device_graph.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { usedBy } from "../models/model.ts";
import { predict } from "./inference.ts";
import { scoresOf } from "./metrics.ts";
import { learningRateAt, WARM_UP } from "./schedule.ts";
import type { Progress, TrainOptions } from "./train_options.ts";
import type { Trainer } from "./trainer.ts";

/** A run's graph: whole on the device, or a source of its parts, or both. */
export interface GraphOfRun {
  readonly data: Graph;
  readonly whole: DeviceGraph | undefined;
  /** [nodes, classes] */
  readonly teacher: Tensor | undefined;
  readonly source: PartSource | undefined;
}

/** All steps of one epoch, from 1, and its readback. */
export async function trainEpoch(
  gpu: Gpu,
  trainer: Trainer,
  graph: GraphOfRun,
  epoch: number,
  options: TrainOptions,
): Promise<{ progress: Progress; logits: Matrix | null; waited: number }> {
  const start = performance.now();
  const { epochs, learningRate = 1e-2, schedule = "one-cycle", parts = 1 } = options;
  const rate = (batch: number) => {
    const step = (epoch - 1) * parts + batch;
    const [steps, warmUp] = [Math.max(1, epochs), options.warmUp ?? WARM_UP].map((n) => n * parts);
    return learningRateAt(schedule, learningRate, step, steps!, warmUp);
  };
  let waited = 0;
  if (graph.source) waited = await trainParts(gpu, trainer, graph.source, parts, rate);
  else await trainer.step(graph.whole!, rate(0), 0, graph.teacher);
  const evaluates = epochs > 0 &&
    (epoch % (options.evaluateEvery ?? 1) === 0 || epoch === epochs);
  const byParts = (options.evaluateParts ?? 1) > 1;
  const epochRead = await readEpoch(gpu, trainer, evaluates && !byParts ? graph.whole : undefined);
  const read = evaluates && byParts
    ? { ...epochRead, logits: await predictByParts(gpu, trainer, graph.data, epoch, options) }
    : epochRead;
  const stray = strayOf(read);
  if (stray !== undefined) {
    throw new Error(
      `Cannot go on training: ${stray} in epoch ${epoch}, ` +
        `use a lower learning rate than ${learningRate}`,
    );
  }
  // No two parts have as many edges, so the pool would keep what it can hardly reuse.
  if (parts > 1) gpu.trim();
  const scores = read.logits && scoresOf(read.logits, graph.data);
  const seconds = (performance.now() - start) / 1000;
  const progress = { epoch, loss: read.loss, scores, seconds, peakBytes: gpu.ledger.peak };
  return { progress, logits: read.logits, waited };
}

/** One step for each part of an epoch; the seconds that were spent waiting for the parts. */
async function trainParts(
  gpu: Gpu,
  trainer: Trainer,
  source: PartSource,
  parts: number,
  rate: (batch: number) => number,
): Promise<number> {
  let waited = 0;
  for (let batch = 0; batch < parts; batch++) {
    const asked = performance.now();
    const { graph, teacher } = await source.next();
    waited += (performance.now() - asked) / 1000;
    using part = new DeviceGraph(gpu, graph, usedBy(trainer.model));
    using taught = teacher && gpu.upload(teacher);
    await trainer.step(part, rate(batch), batch, taught);
  }
  return waited;
}

interface EpochRead {
  readonly loss: number;
  /** Of the last gradient, in which any NaN shows; ReLU hides it from the loss. */
  readonly norm: number;
  readonly logits: Matrix | null;
}

/** An epoch's figures and, if there is a graph to evaluate, its logits, in one readback. */
async function readEpoch(
  gpu: Gpu,
  trainer: Trainer,
  evaluated: DeviceGraph | undefined,
): Promise<EpochRead> {
  const { losses, squaredNorm } = trainer;
  using logits = evaluated && await trainer.evaluate(evaluated);
  const [loss, squares, data] = await gpu.read(losses, squaredNorm, ...logits ? [logits] : []);
  return {
    loss: loss!.reduce((sum, value) => sum + value, 0) / loss!.length,
    norm: Math.sqrt(squares![0]!),
    logits: logits ? { data: data!, rows: logits.rows, cols: logits.cols } : null,
  };
}

/** An evaluation by the parts of a partition of its own. */
export function predictByParts(
  gpu: Gpu,
  trainer: Trainer,
  graph: Graph,
  epoch: number,
  { evaluateParts: parts = 1, seed = 0 }: TrainOptions,
): Promise<Matrix> {
  const evaluate = (part: DeviceGraph) => trainer.evaluate(part);
  return predict(gpu, graph, evaluate, { parts, seed: seed + epoch, ...usedBy(trainer.model) });
}

/** What has left the finite numbers, as a clause. */
function strayOf({ loss, norm, logits }: EpochRead): string | undefined {
  if (!Number.isFinite(loss)) return `the loss is ${loss}`;
  if (!Number.isFinite(norm)) return `the gradient's norm is ${norm}`;
  return logits?.data.some(Number.isNaN) ? "a logit is NaN" : undefined;
}
