/** Sums and generalised means of GEN messages on the device, and their gradients, without edge tensors. */
import type { DeviceGraph } from "../gpu/device_graph.ts";
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import { Tensor } from "../gpu/tensor.ts";
import { dotProduct } from "./dot_product.ts";
import { checkMessages } from "./gen_aggregate.ts";
import code from "./gen_mean.wgsl" with { type: "text" };
import { rowBlocks, sumBlocks } from "./sum_blocks.ts";

/** As the WGSL file numbers them. */
const KINDS = { add: 0, mean: 1, softmax: 2, softmax_sg: 3, power: 4 } as const;

/** An aggregator; a number is fixed, a tensor [1, 1] in a parameter's window is learnt. */
export interface Mean {
  readonly kind: keyof typeof KINDS;
  /** t of a softmax or p of a power; others ignore it. */
  readonly exponent: number | Tensor;
  /** y, of softmax and power: the aggregate is scaled by degree^sigmoid(y). */
  readonly degreePower?: number | Tensor | undefined;
}

/** What messages are made of; without an encoder m = ReLU(x) + ε. */
export interface Messages {
  /** [nodes, channels] */
  readonly x: Tensor;
  /** [edge features + 1, channels] */
  readonly encoder?: Tensor | undefined;
}

const file = "gen_mean.wgsl";
const params = {
  nodes: "u32",
  channels: "u32",
  blocks: "u32",
  exponent: "f32",
  degreePower: "f32",
} as const;
const messages = {
  rowPtr: "read",
  edgeFeatures: "read",
  encoder: "read",
  x: "read",
  exponent: "readWindow",
} as const;

const forward = defineKernel({
  name: "gen_mean",
  file,
  code,
  params,
  buffers: { ...messages, colIdx: "read", degreePower: "readWindow", y: "write", saved: "write" },
});
// Eleven storage buffers, where WebGPU's default is 8: every adapter is asked for all it allows.
const backward = defineKernel({
  name: "gen_mean_backward",
  file,
  code,
  params,
  buffers: {
    ...messages,
    outPtr: "read",
    outIdx: "read",
    outPlace: "read",
    dy: "read",
    saved: "read",
    dx: "write",
  },
});
const backwardEncoder = defineKernel({
  name: "gen_mean_backward_encoder",
  file,
  code,
  params,
  buffers: { ...messages, colIdx: "read", dy: "read", saved: "read", partial: "write" },
});
/** The aggregate [nodes, channels], x added if `residual`, and what the backward pass needs of it. */
export function genMean(
  graph: DeviceGraph,
  messages: Messages,
  mean: Mean,
  residual = true,
): { y: Tensor; saved: Tensor } {
  const { x, encoder } = messages;
  checkMessages(graph, x, encoder);
  const y = x.gpu.empty(x.rows, x.cols);
  const saved = x.gpu.empty(x.rows, planes(mean) * x.stride);
  const { constants, params, buffers } = launchOf(graph, messages, mean);
  const degreePower = orElse(x, mean.degreePower);
  x.gpu.run(forward, {
    constants: { ...constants, RESIDUAL: Number(residual) },
    params,
    buffers: { ...buffers, colIdx: graph.colIdx, degreePower, y, saved },
    workgroups: workgroupsFor(x.rows * x.stride / 4),
  });
  return { y, saved };
}

/** dx [nodes, channels] of dy, the residual's included; or added to `into`, the messages' alone. */
export function genMeanBackward(
  graph: DeviceGraph,
  messages: Messages,
  mean: Mean,
  saved: Tensor,
  dy: Tensor,
  into?: Tensor,
): Tensor {
  const dx = into ?? dy.gpu.empty(dy.rows, dy.cols);
  const { outPtr, outIdx, outPlace } = graph;
  const { constants, params, buffers } = launchOf(graph, messages, mean);
  dy.gpu.run(backward, {
    constants: { ...constants, ACCUMULATE: Number(into !== undefined) },
    params,
    buffers: { ...buffers, outPtr, outIdx, outPlace, dy, saved, dx },
    workgroups: workgroupsFor(dy.rows * dy.stride / 4),
  });
  return dx;
}

/** dEncoder [edge features + 1, channels] of dy, if messages have an encoder. */
export function genMeanBackwardEncoder(
  graph: DeviceGraph,
  messages: Messages,
  mean: Mean,
  saved: Tensor,
  dy: Tensor,
): Tensor | undefined {
  if (messages.encoder === undefined) return undefined;
  const blocks = rowBlocks(dy.rows);
  const { rows } = messages.encoder;
  const dEncoder = dy.gpu.empty(rows, dy.cols);
  using partial = dy.gpu.empty(blocks * rows, dy.cols);
  const { constants, params, buffers } = launchOf(graph, messages, mean);
  dy.gpu.run(backwardEncoder, {
    constants,
    params: { ...params, blocks },
    buffers: { ...buffers, colIdx: graph.colIdx, dy, saved, partial },
    workgroups: workgroupsFor(blocks * dy.stride / 4 * Math.max(1, Math.ceil((rows - 1) / 8))),
  });
  sumBlocks(partial, blocks, dEncoder, false);
  return dEncoder;
}

/** Adds the gradients of what is learnt to windows [1, 1]. */
export function genMeanBackwardLearnt(
  mean: Mean,
  saved: Tensor,
  dy: Tensor,
  { dExponent, dDegreePower }: {
    dExponent?: Tensor | undefined;
    dDegreePower?: Tensor | undefined;
  },
): void {
  const count = planes(mean);
  if (dExponent !== undefined) dotProduct(dy, saved, dExponent, { planes: count, plane: 2 });
  if (dDegreePower === undefined) return;
  dotProduct(dy, saved, dDegreePower, { planes: count, plane: count - 1 });
}

/** Words saved per node and channel: how weights were normed, and a slope by each learnt value. */
function planes({ kind, exponent, degreePower }: Mean): number {
  if (KINDS[kind] < KINDS.softmax) return 0;
  return 2 + Number(exponent instanceof Tensor) + Number(degreePower instanceof Tensor);
}

/** What the three kernels are launched with. x stands in for what the constants keep them from reading. */
function launchOf({ rowPtr, edgeFeatures }: DeviceGraph, { x, encoder }: Messages, mean: Mean) {
  const { kind, exponent, degreePower } = mean;
  const fixed = (value: number | Tensor = 0) => value instanceof Tensor ? 0 : value;
  return {
    constants: {
      KIND: KINDS[kind],
      ENCODED: Number(encoder !== undefined),
      FEATURES: encoder === undefined ? 0 : encoder.rows - 1,
      LEARNT_EXPONENT: Number(exponent instanceof Tensor),
      DEGREE_SCALE: Number(degreePower !== undefined),
      LEARNT_DEGREE: Number(degreePower instanceof Tensor),
      PLANES: planes(mean),
    },
    params: {
      nodes: x.rows,
      channels: x.cols,
      blocks: 0,
      exponent: fixed(exponent),
      degreePower: fixed(degreePower),
    },
    buffers: { rowPtr, edgeFeatures, encoder: encoder ?? x, x, exponent: orElse(x, exponent) },
  };
}

function orElse(x: Tensor, value: number | Tensor | undefined): Tensor {
  return value instanceof Tensor ? value : x;
}
