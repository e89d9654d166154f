/** GEN messages and their max aggregation on the device, and its gradients, without edge tensors. */
import { defineKernel, type Kernel, workgroupsFor } from "../gpu/kernel.ts";
import { blockRows, rowBlocks } from "../gpu/row_blocks.ts";
import type { Launch, Tensor } from "../gpu/tensor.ts";
import { type EdgeRange, rowsOf } from "../batch/edge_blocks.ts";
import { type LongRows, longRowsOf, type RowPointers, STRETCH } from "../batch/long_rows.ts";
import type { DeviceGraph } from "../batch/device_graph.ts";
import code from "./gen_aggregate.wgsl" with { type: "text" };
import {
  buffers,
  forwardSubgroups,
  hasMaximumSubgroups,
  maximumParams,
  subgroupShape,
} from "./gen_aggregate_subgroups.ts";
import { genAggregateScatter, scatters } from "./gen_aggregate_scatter.ts";
import { sumBlocks } from "./sum_blocks.ts";

const file = "gen_aggregate.wgsl";
const forward = defineKernel({
  name: "gen_aggregate",
  file,
  code,
  params: maximumParams,
  buffers,
  rows: "nodes",
});
const backward = defineKernel({
  name: "gen_aggregate_backward",
  file,
  code,
  params: maximumParams,
  buffers: {
    outPtr: "read",
    outIdx: "read",
    outPlace: "read",
    winner: "read",
    dy: "read",
    dx: "writeRows",
  },
  rows: "nodes",
});
const forwardLong = defineKernel({ ...forward, name: "gen_aggregate_long" });
const backwardLong = defineKernel({ ...backward, name: "gen_aggregate_backward_long" });
const backwardEncoder = defineKernel({
  name: "gen_aggregate_backward_encoder",
  file,
  code,
  params: maximumParams,
  buffers: {
    rowPtr: "read",
    edgeFeatures: "read",
    winner: "readRows",
    dy: "readRows",
    partial: "write",
  },
  rows: "nodes",
});

const backwardEncoderShared = defineKernel({
  ...backwardEncoder,
  name: "gen_aggregate_backward_encoder_shared",
});

/** Rows per invocation on a software driver; measured on wordnet-frames. */
const SOFTWARE_ROWS = 32;
/** Lanes of a workgroup there: those of one vector, so that few workgroups are shared out evenly. */
const LANES = 8;

/**
 * The largest messages [nodes, channels], plus x if `residual`, and the edges that won, for the backward
 * pass. Without an encoder messages are ReLU(x) + ε.
 */
export function genAggregate(
  graph: DeviceGraph,
  x: Tensor,
  encoder?: Tensor,
  residual = true,
): { y: Tensor; winner: Tensor } {
  checkMessages(graph, x, encoder);
  const y = x.gpu.empty(x.rows, x.cols);
  const winner = x.gpu.empty(x.rows, x.stride / 4 * winnerBits(graph) / 8).as("words");
  const { rowPtr } = graph;
  const features = encoder === undefined ? 0 : encoder.rows - 1;
  const bySubgroups = hasMaximumSubgroups(x, features);
  const shape = bySubgroups ? subgroupShape(x) : shapeOf(graph.inRows, graph.inBlocks, x);
  const { firstOrdered = 0 } = graph.inRows;
  const constants = {
    ...constantsOf(graph, features),
    ENCODED: Number(encoder !== undefined),
    RESIDUAL: Number(residual),
  };
  for (const block of graph.inBlocks) {
    const { colIdx, edgeFeatures } = block;
    const [ofY, ofWinner] = [y, winner].map((tensor) => rowsOf(tensor, block));
    const long = longRowsOf(graph.inRows, block);
    const params = paramsOf(x, block);
    const buffers = { rowPtr, colIdx, edgeFeatures, encoder, x, y: ofY, winner: ofWinner };
    x.gpu.launch(bySubgroups ? forwardSubgroups : forward, {
      constants: { ...constants, ...shape.constants, ...long.constants },
      params: { ...params, firstListed: firstOrdered },
      buffers,
      workgroups: shape.workgroups,
    });
    launchLong(forwardLong, { constants, params, buffers }, long, x);
  }
  return { y, winner };
}

/** dx [nodes, channels], the residual's gradient included; or adds that of the messages alone to `into`. */
export function genAggregateBackward(
  graph: DeviceGraph,
  winner: Tensor,
  dy: Tensor,
  into?: Tensor,
): Tensor {
  if (scatters(graph, dy)) return genAggregateScatter(graph, winner, dy, into, winnerBits(graph));
  const dx = into ?? dy.gpu.empty(dy.rows, dy.cols);
  const { outPtr } = graph;
  const shape = shapeOf(graph.outRows, graph.outBlocks, dy);
  const { firstOrdered = 0 } = graph.outRows;
  const constants = {
    WINNER_BITS: winnerBits(graph),
    ACCUMULATE: Number(into !== undefined),
    LOADED: Number(dy.gpu.adapter.software),
  };
  for (const block of graph.outBlocks) {
    const { outIdx, outPlace } = block;
    const long = longRowsOf(graph.outRows, block);
    const params = paramsOf(dy, block);
    const buffers = { outPtr, outIdx, outPlace, winner, dy, dx: rowsOf(dx, block) };
    dy.gpu.launch(backward, {
      constants: { ...constants, ...shape.constants, ...long.constants },
      params: { ...params, firstListed: firstOrdered },
      buffers,
      workgroups: shape.workgroups,
    });
    launchLong(backwardLong, { constants, params, buffers }, long, dy);
  }
  return dx;
}

/** dEncoder [edge features + 1, channels]. */
export function genAggregateBackwardEncoder(
  graph: DeviceGraph,
  winner: Tensor,
  dy: Tensor,
): Tensor {
  const blocks = rowBlocks(dy.rows);
  const features = graph.edgeFeatureCount;
  const dEncoder = dy.gpu.empty(features + 1, dy.cols);
  using partial = dy.gpu.emptyBlocks(dy.rows, features + 1, dy.cols);
  const { rowPtr } = graph;
  const { software } = dy.gpu.adapter;
  const featureBlocks = Math.max(1, Math.ceil(features / 8));
  for (const block of graph.inBlocks) {
    const params = paramsOf(dy, block);
    const [ofWinner, ofDy] = [winner, dy].map((tensor) => rowsOf(tensor, block));
    dy.gpu.launch(software ? backwardEncoder : backwardEncoderShared, {
      constants: constantsOf(graph),
      params,
      buffers: { rowPtr, edgeFeatures: block.edgeFeatures, winner: ofWinner, dy: ofDy, partial },
      workgroups: (rows) => {
        const parts = rowBlocks(rows, params.blockRows) * featureBlocks;
        // Where lanes share out nodes, a workgroup has 4 channels.
        return software ? workgroupsFor(parts * dy.stride) : parts * dy.stride / 4;
      },
    });
  }
  sumBlocks(partial, blocks, dEncoder, false);
  return dEncoder;
}

/** Launches a kernel of long rows over x, where there are any. */
function launchLong<B extends string>(
  kernel: Kernel<keyof typeof maximumParams, B>,
  { params, ...given }: Omit<Launch<keyof typeof maximumParams, B>, "workgroups">,
  { firstLong, count }: LongRows,
  { gpu, stride }: Tensor,
): void {
  if (count === 0) return;
  gpu.launch(kernel, {
    ...given,
    params: { ...params, firstListed: firstLong, longRows: count },
    workgroups: count * Math.ceil(stride / 8),
  });
}

/** The constants and workgroups of a launch over x and rows of edges. */
function shapeOf(
  { firstOrdered }: RowPointers,
  blocks: readonly EdgeRange[],
  { gpu: { adapter }, stride }: Tensor,
): Pick<Launch<string, string>, "constants" | "workgroups"> {
  const channelBlocks = Math.ceil(stride / 8);
  if (!adapter.software) return { workgroups: (rows) => workgroupsFor(rows * channelBlocks) };
  // An edge block may begin within a stretch.
  const ORDERED = Number(firstOrdered !== undefined && blocks.length === 1);
  const ofStretch = STRETCH / SOFTWARE_ROWS * channelBlocks;
  return {
    constants: { WORKGROUP_SIZE: LANES, ROWS: SOFTWARE_ROWS, STRETCH, ORDERED },
    workgroups: (rows) => Math.ceil(rows / STRETCH) * ofStretch / LANES,
  };
}

/** Bits that number the places of the longest row, with one number left for no winner. */
function winnerBits({ longestRow }: DeviceGraph): 8 | 16 | 32 {
  return longestRow < 0xff ? 8 : longestRow < 0xffff ? 16 : 32;
}

function constantsOf(graph: DeviceGraph, FEATURES: number = graph.edgeFeatureCount) {
  return { FEATURES, WINNER_BITS: winnerBits(graph) };
}

function paramsOf(
  { rows, cols: channels }: Tensor,
  { rows: nodes, firstRow, firstEdge }: EdgeRange,
) {
  return {
    nodes,
    channels,
    firstRow,
    firstEdge,
    blockRows: blockRows(rows),
    firstListed: 0,
    longRows: 0,
  };
}

/** Throws a sentence unless x and the encoder make messages of this graph. */
export function checkMessages(graph: DeviceGraph, x: Tensor, encoder: Tensor | undefined): void {
  if (x.rows !== graph.nodes) {
    throw new RangeError(
      `Cannot aggregate x as x must have one row per node: ` +
        `x has ${x.rows} rows, the graph ${graph.nodes} nodes`,
    );
  }
  const features = graph.edgeFeatureCount;
  if (encoder !== undefined && (encoder.rows !== features + 1 || encoder.cols !== x.cols)) {
    throw new RangeError(
      `Cannot encode ${features} edge features into ${x.cols} channels with an encoder of ` +
        `${encoder.rows} × ${encoder.cols}: it must be ${features + 1} × ${x.cols}`,
    );
  }
}
