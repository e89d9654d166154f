/** What the kernels cost that take most of a step, of every convolution, forward and backward. */
import { DeviceGraph } from "../gpu/device_graph.ts";
import { type Gpu, openGpu } from "../gpu/gpu.ts";
import { UNIFORM_BYTES } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Graph } from "../graphs/graph.ts";
import { Random } from "../graphs/random.ts";
import { batchNormAct, batchNormActBackward } from "../kernels/batch_norm_act.ts";
import { batchStatistics } from "../kernels/batch_statistics.ts";
import { edgeSoftmax, edgeSoftmaxBackward } from "../kernels/edge_softmax.ts";
import { edgeSum, edgeSumBackward, edgeSumBackwardAttention } from "../kernels/edge_sum.ts";
import {
  genAggregate,
  genAggregateBackward,
  genAggregateBackwardEncoder,
} from "../kernels/gen_aggregate.ts";
import {
  genMean,
  genMeanBackward,
  genMeanBackwardEncoder,
  type Mean,
} from "../kernels/gen_mean.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import { normAct, normActBackward } from "../kernels/norm_act.ts";
import { spmm, spmmBackward } from "../kernels/spmm.ts";
import { medianTime } from "./median_time.ts";

/** Records launches, and returns what they made. */
type Launch = () => Tensor | Tensor[] | void;

const SOFTMAX: Mean = { kind: "softmax", exponent: 1 };
const HEADS = 1;

/** Median milliseconds of each kernel, of a group of `d` channels, on a device of its own. */
export async function kernelTimes(
  data: Graph,
  d: number,
  rounds: number,
): Promise<Record<string, number>> {
  using gpu = await openGpu();
  using graph = new DeviceGraph(gpu, data);
  using witness = gpu.empty(1, 1);
  const times: Record<string, number> = {};
  const kernels = { ...dense(gpu, data, d), ...gen(graph, d), ...others(graph, d) };
  for (const [name, launch] of Object.entries(kernels)) {
    times[name] = await medianTime(rounds, async () => {
      for (const tensor of [launch() ?? []].flat()) tensor[Symbol.dispose]();
      await gpu.read(witness);
    });
  }
  return times;
}

/** Values between −½ and ½. */
function matrix(gpu: Gpu, rows: number, cols: number): Tensor {
  const random = new Random(0);
  const data = Float32Array.from({ length: rows * cols }, () => random.float() - 0.5);
  return gpu.upload({ data, rows, cols });
}

/** The MLP of GEN, and norms. */
function dense(gpu: Gpu, { nodes }: Graph, d: number): Record<string, Launch> {
  const [x, wide] = [matrix(gpu, nodes, d), matrix(gpu, nodes, 2 * d)];
  const weights = matrix(gpu, 1, (d + 1) * (2 * d + 4) + UNIFORM_BYTES / 4);
  const weight = weights.window(0, d + 1, 2 * d);
  const affine = weights.window(0, 2, 2 * d);
  const dWeight = gpu.empty(d + 1, 2 * d);
  const { moments } = normAct(wide, affine);
  const running = matrix(gpu, 2, 2 * d);
  const statistics = { values: batchStatistics(wide, running), running: false };
  return {
    linear: () => linear(x, weight),
    linear_backward_input: () => linearBackwardInput(wide, weight),
    linear_backward_weight: () => linearBackwardWeight(x, wide, dWeight),
    norm_act: () => Object.values(normAct(wide, affine)),
    norm_act_backward: () => normActBackward(wide, affine, moments, wide, {}),
    batch_statistics: () => batchStatistics(wide, running),
    batch_norm_act: () => batchNormAct(wide, affine, statistics),
    batch_norm_act_backward: () => batchNormActBackward(wide, affine, statistics, wide, {}),
  };
}

/** Aggregation by maximum, and by softmax. */
function gen(graph: DeviceGraph, d: number): Record<string, Launch> {
  const { gpu, nodes } = graph;
  const x = matrix(gpu, nodes, d);
  const encoder = matrix(gpu, graph.edgeFeatureCount + 1, d);
  const { winner } = genAggregate(graph, x, encoder);
  const messages = { x, encoder };
  const { saved } = genMean(graph, messages, SOFTMAX);
  return {
    gen_aggregate: () => Object.values(genAggregate(graph, x, encoder)),
    gen_aggregate_backward: () => genAggregateBackward(graph, winner, x),
    gen_aggregate_backward_encoder: () => genAggregateBackwardEncoder(graph, winner, x),
    gen_mean: () => Object.values(genMean(graph, messages, SOFTMAX)),
    gen_mean_backward: () => genMeanBackward(graph, messages, SOFTMAX, saved, x),
    gen_mean_backward_encoder: () => genMeanBackwardEncoder(graph, messages, SOFTMAX, saved, x),
  };
}

/** GCN's and SAGE's sum, and GAT's. */
function others(graph: DeviceGraph, d: number): Record<string, Launch> {
  const { gpu, nodes } = graph;
  const x = matrix(gpu, nodes, d);
  const scales = graph.symmetric;
  const scores = { source: matrix(gpu, nodes, HEADS), target: matrix(gpu, nodes, HEADS) };
  const attention = edgeSoftmax(graph, scores);
  const dAttention = edgeSumBackwardAttention(graph, x, x, { heads: HEADS });
  return {
    spmm: () => spmm(graph, x, scales),
    spmm_backward: () => spmmBackward(graph, x, scales),
    edge_softmax: () => edgeSoftmax(graph, scores),
    // Overwrites dAttention, whose values shrink from call to call.
    edge_softmax_backward: () => {
      const { source, target } = edgeSoftmaxBackward(graph, scores, attention, dAttention);
      return [source, target!];
    },
    edge_sum: () => edgeSum(graph, attention, x),
    edge_sum_backward: () => edgeSumBackward(graph, attention, x),
    edge_sum_backward_attention: () => edgeSumBackwardAttention(graph, x, x, { heads: HEADS }),
  };
}
