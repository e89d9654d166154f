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
  { x, encoder }: Messages,
  mean: Mean,
  residual = true,
): { y: Tensor; saved: Tensor } {
  checkMessages(graph, x, encoder);
  const y = x.gpu.empty(x.rows, x.cols);
  const saved = x.gpu.empty(x.rows, planes(mean) * x.stride);
  const degreePower = mean.degreePower instanceof Tensor ? mean.degreePower : x;
  x.gpu.run(forward, {
    constants: { ...constantsOf(mean, encoder), RESIDUAL: Number(residual) },
    params: paramsOf(x, mean, 0),
    buffers: {
      ...messageBuffers(graph, x, encoder, mean),
      colIdx: graph.colIdx,
      degreePower,
      y,
      saved,
    },
    workgroups: workgroupsFor(x.rows * x.stride / 4),
  });
  return { y, saved };
}

/** dx [nodes, channels] of dy, the residual's included; or added to `into`, the messages' alone. */
export function genMeanBackward(
  graph: DeviceGraph,
  { x, encoder }: Messages,
  mean: Mean,
  saved: Tensor,
  dy: Tensor,
  into?: Tensor,
): Tensor {
  const dx = into ?? x.gpu.empty(x.rows, x.cols);
  const { outPtr, outIdx, outPlace } = graph;
  x.gpu.run(backward, {
    constants: { ...constantsOf(mean, encoder), ACCUMULATE: Number(into !== undefined) },
    params: paramsOf(x, mean, 0),
    buffers: {
      ...messageBuffers(graph, x, encoder, mean),
      outPtr,
      outIdx,
      outPlace,
      dy,
      saved,
      dx,
    },
    workgroups: workgroupsFor(x.rows * x.stride / 4),
  });
  return dx;
}

/** dEncoder [edge features + 1, channels] of dy. */
export function genMeanBackwardEncoder(
  graph: DeviceGraph,
  { x, encoder }: Required<Messages>,
  mean: Mean,
  saved: Tensor,
  dy: Tensor,
): Tensor {
  const blocks = rowBlocks(x.rows);
  const dEncoder = x.gpu.empty(encoder!.rows, x.cols);
  using partial = x.gpu.empty(blocks * encoder!.rows, x.cols);
  const featureBlocks = Math.max(1, Math.ceil((encoder!.rows - 1) / 8));
  x.gpu.run(backwardEncoder, {
    constants: constantsOf(mean, encoder),
    params: paramsOf(x, mean, blocks),
    buffers: {
      ...messageBuffers(graph, x, encoder, mean),
      colIdx: graph.colIdx,
      dy,
      saved,
      partial,
    },
    workgroups: workgroupsFor(blocks * x.stride / 4 * featureBlocks),
  });
  sumBlocks(partial, blocks, dEncoder, false);
  return dEncoder;
}

/** Adds the gradients of what is learnt to windows [1, 1]. */
export function genMeanBackwardLearnt(
  mean: Mean,
  saved: Tensor,
  dy: Tensor,
  gradients: { dExponent?: Tensor | undefined; dDegreePower?: Tensor | undefined },
): void {
  const { dExponent, dDegreePower } = gradients;
  const count = planes(mean);
  if (dExponent !== undefined) dotProduct(dy, saved, dExponent, { planes: count, plane: 2 });
  if (dDegreePower !== undefined) {
    dotProduct(dy, saved, dDegreePower, { planes: count, plane: count - 1 });
  }
}

/** Words saved per node and channel: the norm of the weights, and a slope by each learnt value. */
function planes({ kind, exponent, degreePower }: Mean): number {
  if (KINDS[kind] < KINDS.softmax) return 0;
  return 2 + Number(exponent instanceof Tensor) + Number(degreePower instanceof Tensor);
}

function constantsOf(mean: Mean, encoder: Tensor | undefined) {
  return {
    KIND: KINDS[mean.kind],
    ENCODED: Number(encoder !== undefined),
    FEATURES: encoder === undefined ? 0 : encoder.rows - 1,
    LEARNT_EXPONENT: Number(mean.exponent instanceof Tensor),
    DEGREE_SCALE: Number(mean.degreePower !== undefined),
    LEARNT_DEGREE: Number(mean.degreePower instanceof Tensor),
    PLANES: planes(mean),
  };
}

function paramsOf({ rows, cols }: Tensor, { exponent, degreePower = 0 }: Mean, blocks: number) {
  const fixed = (value: number | Tensor) => value instanceof Tensor ? 0 : value;
  return {
    nodes: rows,
    channels: cols,
    blocks,
    exponent: fixed(exponent),
    degreePower: fixed(degreePower),
  };
}

/** x stands in for what a kernel's constants keep it from reading. */
function messageBuffers(
  { rowPtr, edgeFeatures }: DeviceGraph,
  x: Tensor,
  encoder: Tensor = x,
  { exponent }: Mean,
) {
  return { rowPtr, edgeFeatures, encoder, x, exponent: exponent instanceof Tensor ? exponent : x };
}
