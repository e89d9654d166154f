/** Sums and generalised means of GEN messages on the device, and their gradients, without edge tensors. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import { blockRows, rowBlocks } from "../gpu/row_blocks.ts";
import { type Launch, Tensor } from "../gpu/tensor.ts";
import type { DeviceGraph } from "../batch/device_graph.ts";
import { type EdgeRange, rowsOf } from "../batch/edge_blocks.ts";
import { longRowsOf } from "../batch/long_rows.ts";
import { addTo } from "./copy_columns.ts";
import { dotProduct } from "./dot_product.ts";
import { checkMessages } from "./gen_aggregate.ts";
import { hasMessageSubgroups, subgroupShape } from "./gen_aggregate_subgroups.ts";
import code from "./gen_mean.wgsl" with { type: "text" };
import {
  meanBackwardBuffers,
  meanBackwardSubgroups,
  meanBuffers,
  meanParams,
  meanSubgroups,
  messageBuffers,
} from "./gen_mean_subgroups.ts";
import { sumBlocks } from "./sum_blocks.ts";

/** The aggregators' numbers in gen_mean.wgsl. */
const KINDS = { add: 0, mean: 1, softmax: 2, softmax_sg: 3, power: 4 } as const;

/** An aggregator. Each of its values is fixed, a number, or learned, a parameter's window [1, 1]. */
export interface Mean {
  readonly kind: keyof typeof KINDS;
  /** t of a softmax or p of a power; others ignore it. */
  readonly exponent: number | Tensor;
  /** y of softmax and power, whose aggregate is multiplied by degree^sigmoid(y) if given. */
  readonly degreePower?: number | Tensor | undefined;
}

/** What messages are made of; without an encoder they are ReLU(x) + ε. */
export interface Messages {
  /** [nodes, channels] */
  readonly x: Tensor;
  /** [edge features + 1, channels] */
  readonly encoder?: Tensor | undefined;
}

const file = "gen_mean.wgsl";
const forward = defineKernel({
  name: "gen_mean",
  file,
  code,
  params: meanParams,
  buffers: meanBuffers,
  rows: "nodes",
});
const shares = defineKernel({
  name: "gen_mean_shares",
  file,
  code,
  params: meanParams,
  buffers: { rowPtr: "read", dy: "readRows", saved: "readRows", shares: "writeRows" },
  rows: "nodes",
});
const backward = defineKernel({
  name: "gen_mean_backward",
  file,
  code,
  params: meanParams,
  buffers: meanBackwardBuffers,
  rows: "nodes",
});
const forwardLong = defineKernel({ ...forward, name: "gen_mean_long" });
const backwardLong = defineKernel({ ...backward, name: "gen_mean_backward_long" });
const backwardEncoder = defineKernel({
  name: "gen_mean_backward_encoder",
  file,
  code,
  params: meanParams,
  buffers: {
    ...messageBuffers,
    shares: "readRows",
    rowPtr: "read",
    colIdx: "read",
    partial: "write",
  },
  rows: "nodes",
});

const backwardEncoderShared = defineKernel({
  ...backwardEncoder,
  name: "gen_mean_backward_encoder_shared",
});

/** On a card: workgroups that share out the edges of a block of rows, and vectors of channels of each. */
const SHARED_PARTS = 4;
const SHARED_VECTORS = 4;
/**
 * On a processor: edges of which an invocation takes a block of rows, 16,384 of 64 blocks' on average. Mesa
 * 22's driver ends loops after 65,535 turns, and neighbouring invocations wait for the longest of their rows.
 */
const EDGES_OF_PART = 2 ** 20;

/** The aggregate [nodes, channels], plus x if `residual`, and what the backward pass needs of it. */
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
  const degreePower = learned(mean.degreePower);
  const bySubgroups = hasMessageSubgroups(x, featuresOf(encoder));
  const shape = bySubgroups ? subgroupShape(x) : shapeOf(x);
  for (const block of graph.inBlocks) {
    const { constants, params, buffers } = launchOf(messages, mean, block);
    const [ofY, ofSaved] = [y, saved].map((tensor) => rowsOf(tensor, block));
    const { rowPtr } = graph;
    const { colIdx, edgeFeatures } = block;
    const { firstLong, count, constants: ofLong } = longRowsOf(graph.inRows, block);
    const given = {
      constants: { ...constants, ...ofLong, RESIDUAL: Number(residual) },
      params: { ...params, firstLong, longRows: count },
      buffers: { ...buffers, edgeFeatures, degreePower, rowPtr, colIdx, y: ofY, saved: ofSaved },
    };
    x.gpu.launch(bySubgroups ? meanSubgroups : forward, inShape(shape, given));
    if (count > 0) x.gpu.launch(forwardLong, { ...given, workgroups: count * x.stride / 4 });
  }
  return { y, saved };
}

/**
 * What edges need of their targets for the backward pass: dy, divided as the aggregate is, beside the mean
 * of weights where there are some. Of a sum it is dy itself, borrowed.
 */
export function genMeanShares(graph: DeviceGraph, mean: Mean, saved: Tensor, dy: Tensor): Tensor {
  if (mean.kind === "add") return dy.view();
  const of = dy.gpu.empty(dy.rows, dy.stride * (mean.kind === "mean" ? 1 : 2));
  const { constants, params } = launchOf({ x: dy }, mean, {
    rows: dy.rows,
    firstRow: 0,
    firstEdge: 0,
  });
  dy.gpu.launch(shares, {
    constants: { KIND: constants.KIND, PLANES: constants.PLANES },
    params,
    buffers: { rowPtr: graph.rowPtr, dy, saved, shares: of },
    workgroups: (rows) => workgroupsFor(rows * dy.stride / 4),
  });
  return of;
}

/** Adds dx, the gradient of x by way of the messages, to `into` [nodes, channels]. */
export function genMeanBackward(
  graph: DeviceGraph,
  messages: Messages,
  mean: Mean,
  shares: Tensor,
  into: Tensor,
): void {
  const { outPtr, outBlocks, inBlocks } = graph;
  const { gpu, rows, cols } = into;
  // An out-edge's features may be in any block: with several, dx is at first the sum over messages alone.
  const several = messages.encoder !== undefined && inBlocks.length > 1;
  using sum = several ? gpu.empty(rows, cols) : undefined;
  const bySubgroups = !several && hasMessageSubgroups(into, featuresOf(messages.encoder));
  const shape = bySubgroups ? subgroupShape(into) : shapeOf(into);
  for (const block of outBlocks) {
    const { constants, params, buffers } = launchOf(messages, mean, block);
    const { outIdx } = block;
    const { firstLong, count, constants: ofLong } = longRowsOf(graph.outRows, block);
    const outEdge = messages.encoder && graph.outEdgeOf(block);
    const out = { outPtr, outIdx, outEdge, dx: rowsOf(sum ?? into, block) };
    for (const { firstEdge, edges, edgeFeatures } of several ? inBlocks : inBlocks.slice(0, 1)) {
      const given = {
        constants: { ...constants, ...ofLong, ...several && { BLOCKS: 1 } },
        params: { ...params, firstInEdge: firstEdge, inEdges: edges, firstLong, longRows: count },
        buffers: { ...buffers, edgeFeatures, ...out, shares },
      };
      gpu.launch(bySubgroups ? meanBackwardSubgroups : backward, inShape(shape, given));
      if (count > 0) gpu.launch(backwardLong, { ...given, workgroups: count * into.stride / 4 });
    }
  }
  if (sum !== undefined) addTo(into, sum);
}

/** dEncoder [edge features + 1, channels], if messages have an encoder. */
export function genMeanBackwardEncoder(
  graph: DeviceGraph,
  messages: Messages,
  mean: Mean,
  shares: Tensor,
): Tensor | undefined {
  const { x, encoder } = messages;
  if (encoder === undefined) return undefined;
  const { gpu, rowPtr, inBlocks } = graph;
  const { software } = gpu.adapter;
  const PARTS = software ? Math.max(1, Math.ceil(graph.mostEdges / EDGES_OF_PART)) : SHARED_PARTS;
  const dEncoder = gpu.empty(encoder.rows, x.cols);
  using partial = gpu.emptyBlocks(x.rows, PARTS * encoder.rows, x.cols);
  const featureBlocks = Math.max(1, Math.ceil((encoder.rows - 1) / 8));
  const vectors = x.stride / 4;
  for (const block of inBlocks) {
    const { constants, params, buffers } = launchOf(messages, mean, block);
    const { colIdx, edgeFeatures } = block;
    gpu.launch(software ? backwardEncoder : backwardEncoderShared, {
      constants: { ...constants, PARTS },
      params,
      buffers: { ...buffers, edgeFeatures, rowPtr, colIdx, shares: rowsOf(shares, block), partial },
      workgroups: (rows) => {
        const parts = rowBlocks(rows, params.blockRows) * PARTS * featureBlocks;
        return software
          ? workgroupsFor(parts * vectors)
          : parts * Math.ceil(vectors / SHARED_VECTORS);
      },
    });
  }
  sumBlocks(partial, PARTS * rowBlocks(x.rows), dEncoder, false);
  return dEncoder;
}

/** Adds the gradients of the values that are learned to their windows [1, 1]. */
export function genMeanBackwardLearned(
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

/** Words saved per node and channel: two that normalise weights, and a slope by each learned value. */
function planes({ kind, exponent, degreePower }: Mean): number {
  if (KINDS[kind] < KINDS.softmax) return 0;
  return 2 + Number(exponent instanceof Tensor) + Number(degreePower instanceof Tensor);
}

/** An invocation per node and 4 channels. */
function shapeOf({ stride }: Tensor) {
  return { constants: {}, workgroups: (rows: number) => workgroupsFor(rows * stride / 4) };
}

/** What a kernel is given, and what it needs of its shape. */
function inShape<G extends Pick<Launch<string, string>, "constants">>(
  { constants, workgroups }: Required<Pick<Launch<string, string>, "constants" | "workgroups">>,
  given: G,
) {
  return { ...given, constants: { ...given.constants, ...constants }, workgroups };
}

/** Edge features that messages take in. */
function featuresOf(encoder: Tensor | undefined): number {
  return encoder === undefined ? 0 : encoder.rows - 1;
}

/** What the kernels need to be launched over a block of edges. */
function launchOf(
  { x, encoder }: Messages,
  mean: Mean,
  { rows: nodes, firstRow, firstEdge }: Omit<EdgeRange, "edges">,
) {
  const { kind, exponent, degreePower } = mean;
  const fixed = (value: number | Tensor = 0) => value instanceof Tensor ? 0 : value;
  return {
    constants: {
      KIND: KINDS[kind],
      ENCODED: Number(encoder !== undefined),
      FEATURES: featuresOf(encoder),
      LEARNED_EXPONENT: Number(exponent instanceof Tensor),
      DEGREE_SCALE: Number(degreePower !== undefined),
      LEARNED_DEGREE: Number(degreePower instanceof Tensor),
      PLANES: planes(mean),
    },
    params: {
      nodes,
      channels: x.cols,
      firstRow,
      firstEdge,
      blockRows: blockRows(x.rows),
      exponent: fixed(exponent),
      degreePower: fixed(degreePower),
      firstInEdge: 0,
      inEdges: 0,
      firstLong: 0,
      longRows: 0,
    },
    buffers: { encoder, x, exponent: learned(exponent) },
  };
}

function learned(value: number | Tensor | undefined): Tensor | undefined {
  return value instanceof Tensor ? value : undefined;
}
