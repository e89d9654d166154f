/**
 * The gradient of `genAggregate` to x by a scatter, for drivers on the processor: the same bits in a
 * fifth of the time where nodes have many edges (kernels/NOTES.md).
 */
import { defineKernel } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { DeviceGraph } from "../batch/device_graph.ts";
import { copy } from "./copy_columns.ts";
import code from "./gen_aggregate_scatter.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "gen_aggregate_scatter",
  file: "gen_aggregate_scatter.wgsl",
  code,
  params: { nodes: "u32", channels: "u32", firstRow: "u32", rows: "u32", firstEdge: "u32" },
  buffers: { rowPtr: "read", colIdx: "read", winner: "read", dy: "read", dx: "write" },
});

/** Channels of a workgroup: few, so that they are shared out among cores. */
const CHANNELS = 8;

/** In-edges of a node, on average, from which scattering costs less than asking each edge. */
export const SCATTERED_DEGREE = 6;

/** Whether the gradient to x is scattered. */
export function scatters({ nodes, edges }: DeviceGraph, { gpu }: Tensor): boolean {
  return gpu.adapter.software && edges >= SCATTERED_DEGREE * nodes;
}

/** Nodes of a launch: Mesa 22 ends the loops of an invocation after 65,535 turns, and a walk may copy as well. */
const MOST_NODES = 2 ** 15;

/** What `gen_aggregate_backward` writes: a new dx, or the messages' gradient added to `into`. */
export function genAggregateScatter(
  graph: DeviceGraph,
  winner: Tensor,
  dy: Tensor,
  into: Tensor | undefined,
  WINNER_BITS: number,
): Tensor {
  const copies = into === undefined && dy.rows <= MOST_NODES;
  const dx = into ?? (copies ? dy.gpu.empty(dy.rows, dy.cols) : copy(dy));
  const { rowPtr, inBlocks } = graph;
  let ACCUMULATE = Number(!copies);
  for (const { colIdx, firstRow, rows, firstEdge } of inBlocks) {
    for (let first = 0; first < rows; first += MOST_NODES) {
      dy.gpu.launch(kernel, {
        constants: { WORKGROUP_SIZE: CHANNELS, WINNER_BITS, ACCUMULATE },
        params: {
          nodes: dy.rows,
          channels: dy.cols,
          firstRow: firstRow + first,
          rows: Math.min(MOST_NODES, rows - first),
          firstEdge,
        },
        buffers: { rowPtr, colIdx, winner, dy, dx },
        workgroups: Math.ceil(dy.stride / CHANNELS),
      });
      ACCUMULATE = 1;
    }
  }
  return dx;
}
