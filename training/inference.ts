/**
 * Predictions of a trained model: of the whole graph at once, or where that does not fit, of random parts.
 * Several partitions are several views of a node, whose logits are averaged (paper §4.1).
 */
import type { Graph, Matrix } from "../graphs/graph.ts";
import { zeros } from "../graphs/matrix.ts";
import { checkParts, induce, randomParts } from "../graphs/partition.ts";
import { Random } from "../graphs/random.ts";
import { DeviceGraph, type GraphUse } from "../gpu/device_graph.ts";
import type { Gpu } from "../gpu/gpu.ts";
import type { Tensor } from "../gpu/tensor.ts";

export interface InferenceOptions extends Pick<GraphUse, "edgeFeatures" | "weights"> {
  /** Random parts of the nodes, each evaluated as the graph it induces; default 1, the whole. */
  readonly parts?: number;
  /** Partitions to average over; default 1. */
  readonly views?: number;
  /** Of the partitions. */
  readonly seed?: number;
}

/** First of the random streams of views; those below are of training. */
const VIEWS = 2 ** 34;

/** logits [nodes, tasks]; `evaluate` records those of a graph. */
export async function predict(
  gpu: Gpu,
  graph: Graph,
  evaluate: (graph: DeviceGraph) => Promise<Tensor>,
  { parts = 1, views = 1, seed = 0, edgeFeatures, weights }: InferenceOptions = {},
): Promise<Matrix> {
  checkInference(graph, parts, views);
  const { rows, cols } = graph.labels;
  const sum = zeros(rows, cols);
  for (let view = 0; view < (parts === 1 ? 1 : views); view++) {
    for (const nodes of randomParts(graph.nodes, parts, new Random(seed, VIEWS + view))) {
      const part = parts === 1 ? graph : induce(graph, nodes);
      const use = { edgeFeatures, weights, backward: false };
      const logits = await logitsOf(gpu, part, use, evaluate);
      // One part is the graph itself, its nodes in their own order.
      logits.forEach((value, at) => {
        const node = parts === 1 ? Math.floor(at / cols) : nodes[Math.floor(at / cols)]!;
        sum.data[node * cols + at % cols]! += value;
      });
      // No two parts have as many edges, so the pool would keep what it can hardly reuse.
      if (parts > 1) gpu.trim();
    }
  }
  if (parts > 1) sum.data.forEach((value, at) => sum.data[at] = value / views);
  return sum;
}

async function logitsOf(
  gpu: Gpu,
  graph: Graph,
  use: GraphUse,
  evaluate: (graph: DeviceGraph) => Promise<Tensor>,
): Promise<Float32Array> {
  using device = new DeviceGraph(gpu, graph, use);
  using logits = await evaluate(device);
  return (await gpu.read(logits))[0]!;
}

function checkInference({ nodes }: Graph, parts: number, views: number): void {
  checkParts(nodes, parts);
  if (Number.isInteger(views) && views >= 1) return;
  throw new RangeError(`Cannot average over ${views} views: expected a whole number from 1`);
}
