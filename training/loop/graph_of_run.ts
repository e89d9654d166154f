/** The graph that a run trains on: whole on the device, or coming to it part by part. */
import { blankGraph } from "../../graphs/parts/blank_graph.ts";
import { inMemory, type PartedGraph } from "../../graphs/parts/stored_graph.ts";
import { zeros } from "../../graphs/matrix.ts";
import { partsOnTheSpot, type PartSource } from "../../graphs/parts/parts.ts";
import { PartsAhead } from "../../graphs/parts/parts_ahead.ts";
import { prepare, type PreparedGraph } from "../../graphs/prepare.ts";
import { type Device, type Tensor, tensorBytes } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { disposing } from "../../layers/disposing.ts";
import { type Model, usedBy } from "../../models/model.ts";
import { ALONE, type Ranks } from "../ranks/ranks.ts";
import { byParts, type PartSizes, partSizes } from "./part_sizes.ts";
import type { TrainingSettings } from "../settings.ts";
import type { Orders, TrainOptions } from "./train_options.ts";

/** A run's graph: whole on the device, or as a source of parts. */
export interface GraphOfRun {
  readonly data: PartedGraph;
  readonly whole: DeviceGraph | undefined;
  /** A teacher's logits [nodes, classes], beside the whole graph. */
  readonly teacher: Tensor | undefined;
  readonly source: PartSource | undefined;
  /** The whole graph, prepared for evaluation, where a run trains by parts and evaluates the whole. */
  readonly evaluated?: PreparedGraph | undefined;
  /** Bounds of the parts' sizes, where a run trains or evaluates by parts. */
  readonly sizes?: PartSizes | undefined;
  /** The processes that share its parts. */
  readonly ranks: Ranks;
}

/** Opens the graph of a run that starts, or continues, with epoch `firstEpoch`, counted from 1. */
export function openGraph(
  gpu: Device,
  model: Model,
  data: PartedGraph,
  { training, options }: Orders,
  firstEpoch: number,
): GraphOfRun & Disposable {
  const sizes = byParts(training) ? options.sizes ?? partSizes(data, training) : undefined;
  const { teacher: taught, ranks = ALONE } = options;
  const { parts, evaluateParts } = training;
  if (parts === 1) {
    const whole = new DeviceGraph(gpu, inMemory(data, "train on"), usedBy(model));
    const teacher = taught && gpu.upload(taught);
    return { data, source: undefined, sizes, ranks, ...disposing({ whole, teacher }) };
  }
  const evaluates = evaluateParts === 1 ? inMemory(data, "evaluate") : undefined;
  const source = gpu.dryRun
    ? blankParts(data, options, sizes!)
    : openParts(data, training, options, firstEpoch);
  const evaluated = evaluates &&
    (gpu.dryRun ? blankGraph(data, sizes!.evaluation) : prepare(evaluates, false));
  const held = { whole: undefined, teacher: undefined };
  return { data, ...held, evaluated, sizes, ranks, ...disposing({ source }) };
}

/** Bytes of the logits that are read at once; they have the labels' shape. */
export function readableBytes({ data: { nodes, labels }, sizes }: GraphOfRun): number {
  return tensorBytes(sizes?.evaluation.nodes ?? nodes, labels.cols);
}

function openParts(
  graph: PartedGraph,
  { parts, epochs, seed }: TrainingSettings,
  { teacher, worker = true, ranks: { rank, size } = ALONE }: TrainOptions,
  firstEpoch: number,
): PartSource {
  const share = { rank, size };
  const of = { parts, epochs: Math.max(1, epochs), firstEpoch, seed, share };
  const wanted = { ...of, ...teacher && { teacher } };
  return worker ? new PartsAhead(graph, wanted) : partsOnTheSpot(graph, wanted);
}

/** The parts of a dry run, which only needs their size. */
function blankParts(
  graph: PartedGraph,
  { teacher }: TrainOptions,
  { training }: PartSizes,
): PartSource {
  const part = {
    graph: blankGraph(graph, training),
    ...teacher && { teacher: zeros(training.nodes, teacher.cols) },
  };
  return { next: () => part, [Symbol.dispose]() {} };
}
