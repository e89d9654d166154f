/** The bench's kernels of GCN, SAGE, GAT with its attention and dropout, and edge encoders. */
import { rowVector, type Tensor } from "../../gpu/tensor.ts";
import type { DeviceGraph } from "../../batch/device_graph.ts";
import { compose, composeBackward } from "../../kernels/compose.ts";
import { joinColumns, splitColumns } from "../../kernels/copy_columns.ts";
import { halfStep, halfStepBack, lostWords } from "../../kernels/half_step.ts";
import { outsiders } from "../../kernels/outsiders.ts";
import { dropout } from "../../kernels/dropout.ts";
import { edgeDropout } from "../../kernels/edge_dropout.ts";
import { edgeSoftmax, edgeSoftmaxBackward } from "../../kernels/edge_softmax.ts";
import { edgeSum, edgeSumBackward, edgeSumBackwardAttention } from "../../kernels/edge_sum.ts";
import { headScores, headScoresBackward } from "../../kernels/head_scores.ts";
import { layerNorm, layerNormBackward } from "../../kernels/layer_norm.ts";
import { dequantise, quantise } from "../../kernels/quantise.ts";
import { spmm, spmmBackward } from "../../kernels/spmm.ts";
import { type KernelCase, matrix } from "./kernel_cases.ts";

const HEADS = 1;
const RATE = 0.1;

/** Sums over edges, and the attention that weighs them. */
export function operatorCases(graph: DeviceGraph, d: number): Record<string, KernelCase> {
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

/** Scores of heads, dropout masks, copies, and the norm of an equilibrium's cell. */
export function nodeCases(graph: DeviceGraph, d: number): Record<string, KernelCase> {
  const { gpu, nodes } = graph;
  const [x, vectors] = [matrix(gpu, nodes, d), matrix(gpu, 1, d)];
  const [dScores, dx, dVectors] = [
    matrix(gpu, nodes, HEADS),
    matrix(gpu, nodes, d),
    gpu.empty(1, d),
  ];
  const keys = gpu.upload(rowVector(Uint32Array.of(1, 2, 3, 4)));
  const normed = layerNorm(x);
  const [state] = splitColumns(x, 1, "fixed") as [Tensor];
  const [outside, bits] = [matrix(gpu, 1, 1), matrix(gpu, 1, lostWords(state))];
  const packed = quantise(x, 8, { keys, tensor: 0 });
  return {
    head_scores: () => headScores(x, vectors, { heads: HEADS }),
    head_scores_backward: () => headScoresBackward(x, vectors, dScores, { dx, dVectors }),
    dropout: () => dropout(x, { keys, rate: RATE, stream: "layers", firstChannel: 0 }),
    edge_dropout: () => edgeDropout(graph, { keys, rate: RATE, layer: 0 }),
    half_step: () => halfStep(state, x, bits),
    half_step_back: () => halfStepBack(state, x, bits),
    outsiders: () => outsiders(state, outside),
    quantise: () => quantise(x, 8, { keys, tensor: 0 }),
    dequantise: () => dequantise(packed, d, 8),
    copy_columns: () => joinColumns([x, x]),
    layer_norm: () => Object.values(layerNorm(x)),
    layer_norm_backward: () => layerNormBackward(normed.y, normed.inverseDeviations, x),
  };
}

/** Composing the shared edge encoder [features + 1, 2d] with a block's own [2d + 1, d]. */
export function encoderCases(graph: DeviceGraph, d: number): Record<string, KernelCase> {
  const { gpu, edgeFeatureCount: features } = graph;
  const weights = Array.from({ length: 2 }, () => [
    matrix(gpu, features + 1, 2 * d),
    matrix(gpu, 2 * d + 1, d),
  ]);
  const [[outer, inner], [dOuter, dInner]] = weights as [Tensor[], Tensor[]];
  const dEncoder = matrix(gpu, features + 1, d);
  const gradients = { dOuter: dOuter!, dInner: dInner! };
  return {
    compose: () => compose(outer!, inner!),
    compose_backward: () => composeBackward(outer!, inner!, dEncoder, gradients),
  };
}
