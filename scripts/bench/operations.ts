/**
 * The floating-point operations of each kernel's formula, counted from the sizes of a launch: additions,
 * multiplications, comparisons and functions count as one each. What a kernel computes twice counts once.
 */
import type { Kernel } from "../../gpu/kernel.ts";
import type { Launch, Tensor } from "../../gpu/tensor.ts";

/** A launch of any kernel. */
export type AnyLaunch = Launch<string, string>;

type Count = (launch: AnyLaunch) => number;

/** So many operations for each number of a buffer. */
const each = (operations: number, buffer: string): Count => ({ buffers }) =>
  operations * numbersOf(buffers[buffer]);

/** So many operations for each edge and channel. */
const eachEdge = (operations: number): Count => (launch) =>
  operations * edgesOf(launch) * launch.params.channels!;

/** The same, and those of encoding its features: a product and a sum each, and the bias. */
const eachMessage = (operations: number): Count => (launch) =>
  eachEdge(operations + 2 * featuresOf(launch) + 1)(launch);

/** So many operations for each number of a tensor, for each of the tensors that are given. */
const eachTensor = (operations: number): Count => ({ params }) =>
  operations * params.tensors! * 4 * params.vectors!;

const product: Count = ({ params: { rows, inputs, outputs } }) => 2 * rows! * inputs! * outputs!;
const attention: Count = ({ params: { edges, heads, channels } }) =>
  2 * edges! * heads! * channels!;
const composed: Count = ({ params: { features, width, channels } }) =>
  2 * (features! + 1) * width! * channels!;

const OPERATIONS: Readonly<Record<string, Count>> = {
  accumulate: each(1, "y"),
  adam: each(14, "weight"),
  batch_norm_act: each(5, "y"),
  batch_norm_act_backward: each(11, "dx"),
  batch_norm_act_backward_affine: each(4, "x"),
  batch_statistics: each(6, "partial"),
  batch_statistics_blocks: each(3, "x"),
  bce: each(10, "logits"),
  combine: (launch) => eachTensor(2)(launch) + each(1, "y")(launch),
  compose: composed,
  compose_backward_inner: composed,
  compose_backward_outer: composed,
  copy_columns: ({ params, constants }) => constants!.ACCUMULATE! * params.rows! * params.columns!,
  copy_vectors: ({ params, constants }) => constants!.ACCUMULATE! * params.rows! * params.columns!,
  cross_entropy: each(8, "logits"),
  dequantise: each(2, "y"),
  distillation: each(14, "logits"),
  dot_product: each(2, "a"),
  dots: (launch) =>
    eachTensor(2)(launch) + 5 * launch.constants!.NORMS! * numbersOf(launch.buffers.a),
  dots_total: each(1, "shares"),
  dropout: each(1, "x"),
  edge_dropout: each(1, "keep"), // its hashes are of integers
  edge_softmax: each(6, "attention"),
  edge_softmax_backward: each(5, "attention"),
  edge_softmax_backward_scores: each(1, "dEdges"),
  edge_sum: attention,
  edge_sum_backward_attention: attention,
  // Encoding, adding x, ReLU, the maximum.
  gen_aggregate: eachMessage(3),
  gen_aggregate_subgroups: eachMessage(3),
  gen_aggregate_backward: eachEdge(2),
  gen_aggregate_backward_encoder: (launch) =>
    (2 * featuresOf(launch) + 1) * numbersOf(launch.buffers.dy),
  gen_aggregate_scatter: each(1, "dy"),
  gen_mean: eachMessage(8),
  gen_mean_subgroups: eachMessage(8),
  gen_mean_subgroups_backward: eachMessage(8),
  gen_mean_backward: eachMessage(8),
  gen_mean_backward_encoder: (launch) =>
    eachMessage(8)(launch) + 2 * featuresOf(launch) * eachEdge(1)(launch),
  gen_mean_shares: each(2, "dy"),
  half_step: each(3, "state"),
  half_step_back: each(3, "state"),
  head_scores: each(2, "x"),
  head_scores_backward: each(2, "dx"),
  head_scores_backward_vectors: each(2, "x"),
  label_input: () => 0,
  layer_norm: each(5, "x"),
  layer_norm_backward: each(7, "dy"),
  linear: product,
  linear_backward_input: product,
  linear_backward_weight: product,
  linear_columns_subgroups: product,
  linear_subgroups: product,
  linear_subgroups_backward_input: product,
  linear_subgroups_backward_weight: product,
  message_norm: each(6, "x"),
  message_norm_backward: each(12, "x"),
  norm_act: each(8, "x"),
  norm_act_backward: each(11, "x"),
  norm_act_backward_blocks: each(15, "x"),
  norm_act_backward_affine: each(4, "x"),
  outsiders: each(1, "x"),
  quantise: each(5, "x"),
  rmsprop: each(11, "weight"),
  spmm: eachEdge(2), // those of long rows, which `spmm_long` does, included
  spmm_long: () => 0,
  gen_aggregate_long: () => 0, // counted with all edges, as spmm's
  gen_aggregate_backward_long: () => 0,
  gen_mean_long: () => 0,
  gen_mean_backward_long: () => 0,
  edge_softmax_long: () => 0,
  edge_softmax_backward_long: () => 0,
  edge_softmax_backward_scores_long: () => 0,
  edge_sum_long: () => 0,
  squares: each(2, "values"),
  sum: each(1, "values"),
  take_share: each(1, "y"),
  sum_blocks: each(1, "partial"),
};

/** Operations of a launch; throws for a kernel without a formula here. */
export function operationsOf(
  { name }: Pick<Kernel<string, string>, "name">,
  launch: AnyLaunch,
): number {
  // Shared out among lanes it is the same work.
  const count = OPERATIONS[name.replace(/_shared$/, "")];
  if (count !== undefined) return count(launch);
  throw new RangeError(
    `Cannot count the operations of ${name}: it has no formula, give it one in ${import.meta.filename}`,
  );
}

function numbersOf(tensor: Tensor | undefined): number {
  return tensor!.rows * tensor!.cols;
}

function edgesOf({ buffers }: AnyLaunch): number {
  return (buffers.colIdx ?? buffers.outIdx)!.cols;
}

function featuresOf({ constants }: AnyLaunch): number {
  return constants!.FEATURES!;
}
