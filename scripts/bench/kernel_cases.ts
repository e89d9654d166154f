/** The bench's kernels of GEN, its MLP and norms, forward and backward. */
import { UNIFORM_BYTES } from "../../gpu/kernel.ts";
import type { Device, Tensor } from "../../gpu/tensor.ts";
import type { DeviceGraph } from "../../batch/device_graph.ts";
import { Random } from "../../graphs/random.ts";
import { batchNormAct, batchNormActBackward } from "../../kernels/batch_norm_act.ts";
import { batchStatistics } from "../../kernels/batch_statistics.ts";
import {
  genAggregate,
  genAggregateBackward,
  genAggregateBackwardEncoder,
} from "../../kernels/gen_aggregate.ts";
import {
  genMean,
  genMeanBackward,
  genMeanBackwardEncoder,
  genMeanShares,
  type Mean,
} from "../../kernels/gen_mean.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../../kernels/linear.ts";
import { messageNorm, messageNormBackward } from "../../kernels/message_norm.ts";
import { normAct, normActBackward } from "../../kernels/norm_act.ts";

/** Records launches, and returns the tensors they made. */
export type KernelCase = () => Tensor | Tensor[] | void;

const SOFTMAX: Mean = { kind: "softmax", exponent: 1 };

/** Values between −½ and ½. */
export function matrix(gpu: Device, rows: number, cols: number): Tensor {
  const random = new Random(0);
  const data = Float32Array.from({ length: rows * cols }, () => random.float() - 0.5);
  return gpu.upload({ data, rows, cols });
}

/** The MLP of GEN [nodes, d] to [nodes, 2d], and norms of the latter. */
export function denseCases({ gpu, nodes }: DeviceGraph, d: number): Record<string, KernelCase> {
  const [x, wide] = [matrix(gpu, nodes, d), matrix(gpu, nodes, 2 * d)];
  const weights = matrix(gpu, 1, (d + 1) * (2 * d + 4) + UNIFORM_BYTES / 4);
  const weight = weights.window(0, d + 1, 2 * d);
  const affine = weights.window(0, 2, 2 * d);
  const [dWeight, dAffine] = [gpu.empty(d + 1, 2 * d), gpu.empty(2, 2 * d)];
  const { moments } = normAct(wide, affine);
  const running = matrix(gpu, 2, 2 * d);
  const statistics = { values: batchStatistics(wide, running), running: false };
  return {
    linear: () => linear(x, weight),
    linear_backward_input: () => linearBackwardInput(wide, weight),
    linear_backward_weight: () => linearBackwardWeight(x, wide, dWeight),
    norm_act: () => Object.values(normAct(wide, affine)),
    norm_act_backward: () => normActBackward(wide, affine, moments, wide, { dAffine }),
    batch_statistics: () => batchStatistics(wide, running),
    batch_norm_act: () => batchNormAct(wide, affine, statistics),
    batch_norm_act_backward: () =>
      batchNormActBackward(wide, affine, statistics, wide, { dAffine }),
  };
}

/** Aggregation by maximum and by softmax, and message norm. */
export function genCases(graph: DeviceGraph, d: number): Record<string, KernelCase> {
  const { gpu, nodes, edgeFeatureCount: features } = graph;
  const x = matrix(gpu, nodes, d);
  const encoder = matrix(gpu, features + 1, d);
  const { winner } = genAggregate(graph, x, encoder);
  const messages = { x, encoder };
  const { saved } = genMean(graph, messages, SOFTMAX);
  const shares = genMeanShares(graph, SOFTMAX, saved, x);
  const dx = matrix(gpu, nodes, d);
  return {
    gen_aggregate: () => Object.values(genAggregate(graph, x, encoder)),
    gen_aggregate_backward: () => genAggregateBackward(graph, winner, x),
    gen_aggregate_backward_encoder: () => genAggregateBackwardEncoder(graph, winner, x),
    gen_mean: () => Object.values(genMean(graph, messages, SOFTMAX)),
    gen_mean_backward: () => genMeanBackward(graph, messages, SOFTMAX, shares, dx),
    gen_mean_backward_encoder: () => genMeanBackwardEncoder(graph, messages, SOFTMAX, shares),
    gen_mean_shares: () => genMeanShares(graph, SOFTMAX, saved, x),
    message_norm: () => messageNorm(x, x),
    message_norm_backward: () => Object.values(messageNormBackward(x, x, x)),
  };
}
