/**
 * Predictions of a trained model: for the whole graph at once or, where that does not fit, part by part.
 * Each random partition is another view of a node; the logits of views are averaged (paper §4.1).
 */
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { takeRows, zeros } from "../../graphs/matrix.ts";
import { checkParts, induce, randomParts } from "../../graphs/parts/partition.ts";
import { Random, RANDOM_STREAMS } from "../../graphs/random.ts";
import {
  inMemory,
  isStored,
  labelledPlaces,
  type PartedGraph,
} from "../../graphs/parts/stored_graph.ts";
import { blankGraph } from "../../graphs/parts/blank_graph.ts";
import { type PartSize, partSize } from "../../graphs/parts/part_size.ts";
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { DeviceGraph, type GraphUse } from "../../batch/device_graph.ts";
import { ALONE, gatherFloats, type Ranks } from "../ranks/ranks.ts";

/** How a model predicts: by how many parts, averaged over how many partitions. */
export interface InferenceOptions extends Pick<GraphUse, "edgeFeatures" | "weights"> {
  /** Random parts of the nodes, each predicted as the graph it induces; default 1, the whole graph. */
  readonly parts?: number;
  /** Partitions to average over; default 1. */
  readonly views?: number;
  /** Seed of the partitions. */
  readonly seed?: number;
  /** The size to reserve for every part; default that of the largest in these partitions. */
  readonly size?: PartSize | undefined;
  /** The processes that share the parts; all of them get all logits. */
  readonly ranks?: Ranks;
  /** Called with the number of parts that are done, over all views, and with that of all. */
  readonly onPart?: ((done: number, parts: number) => void) | undefined;
}

/** The random numbers that a view's partition is drawn from; views count from 0. */
export function viewOf(seed: number, view: number): Random {
  return new Random(seed, RANDOM_STREAMS.views + view);
}

/**
 * logits, a row for each of the graph's labels: [nodes, tasks], or of a graph that stays in its file
 * [labelled nodes, tasks]; `predictOne` records those of one graph. All parts use the same memory in turn;
 * a dry run takes a single part of their size.
 */
export async function predict(
  gpu: Device,
  graph: PartedGraph,
  predictOne: (graph: DeviceGraph) => Promise<Tensor>,
  options: InferenceOptions = {},
): Promise<Matrix> {
  const { parts = 1, views = 1, seed = 0, edgeFeatures, weights, ranks = ALONE } = options;
  checkInference(graph, parts, views);
  const { rows, cols } = graph.labels;
  const sum = zeros(rows, cols);
  const use = { edgeFeatures, weights, backward: false };
  if (parts === 1) {
    // The graph itself, its nodes in their own order.
    sum.data.set(await logitsOf(gpu, inMemory(graph, "predict"), use, predictOne));
    return sum;
  }
  const draws = Array.from({ length: views }, (_, view) => () => viewOf(seed, view));
  const size = options.size ?? partSize(graph, parts, draws);
  if (gpu.dryRun) {
    await logitsOf(gpu, blankGraph(graph, size), { ...use, size }, predictOne);
    return sum;
  }
  let done = 0;
  for (const draw of draws) {
    const drawn = randomParts(graph.nodes, parts, draw());
    const labelled = drawn.map((nodes) => labelledOf(graph, nodes));
    const add = (part: number, logits: Float32Array) => {
      const { rows } = labelled[part]!;
      logits.forEach((value, at) => {
        sum.data[rows[Math.floor(at / cols)]! * cols + at % cols]! += value;
      });
    };
    const own: Float32Array[] = [];
    for (let part = ranks.rank; part < parts; part += ranks.size) {
      const of = induce(graph, drawn[part]!);
      const data = await logitsOf(gpu, of, { ...use, size }, predictOne);
      const logits = labelled[part]!.of({ data, rows: of.nodes, cols });
      if (ranks.size === 1) add(part, logits);
      else own.push(logits);
      options.onPart?.(done + Math.min(parts, part - ranks.rank + ranks.size), parts * views);
    }
    done += parts;
    if (ranks.size === 1) continue;
    const rows = labelled.map(({ rows }) => rows);
    for (const [part, logits] of (await logitsOfAll(ranks, own, rows, cols)).entries()) {
      add(part, logits);
    }
  }
  sum.data.forEach((value, at) => sum.data[at] = value / views);
  return sum;
}

/** Of a part's nodes those whose labels have a row: which rows, and what takes their logits from all. */
function labelledOf(graph: PartedGraph, nodes: Uint32Array) {
  if (!isStored(graph)) return { rows: nodes, of: ({ data }: Matrix) => data };
  const { places, rows } = labelledPlaces(graph, nodes);
  return { rows, of: (logits: Matrix) => takeRows(logits, places).data };
}

/** The logits of all parts in their order; of these rows each rank has every `size`-th part's. */
async function logitsOfAll(
  ranks: Ranks,
  own: readonly Float32Array[],
  parts: readonly Uint32Array[],
  cols: number,
): Promise<readonly Float32Array[]> {
  const joined = new Float32Array(own.reduce((sum, { length }) => sum + length, 0));
  own.reduce((at, logits) => (joined.set(logits, at), at + logits.length), 0);
  const gathered = await gatherFloats(ranks, joined);
  const taken = new Uint32Array(ranks.size);
  return parts.map(({ length: nodes }, part) => {
    const rank = part % ranks.size;
    const first = taken[rank]!;
    return gathered[rank]!.subarray(first, taken[rank] = first + nodes * cols);
  });
}

/** The graphs that `predict` takes with these options, for another look at them. */
export function* predictedParts(
  graph: PartedGraph,
  { parts = 1, views = 1, seed = 0 }: InferenceOptions,
): Generator<Graph, void> {
  if (parts === 1) return yield inMemory(graph, "predict");
  const draws = Array.from({ length: views }, (_, view) => () => viewOf(seed, view));
  for (const draw of draws) {
    for (const nodes of randomParts(graph.nodes, parts, draw())) yield induce(graph, nodes);
  }
}

async function logitsOf(
  gpu: Device,
  graph: Graph,
  use: GraphUse,
  predictOne: (graph: DeviceGraph) => Promise<Tensor>,
): Promise<Float32Array> {
  using device = new DeviceGraph(gpu, graph, use);
  using logits = await predictOne(device);
  return (await gpu.read(logits))[0]!;
}

function checkInference({ nodes }: PartedGraph, parts: number, views: number): void {
  checkParts(nodes, parts);
  if (Number.isInteger(views) && views >= 1) return;
  throw new RangeError(`Cannot average over ${views} views: expected a whole number from 1`);
}
