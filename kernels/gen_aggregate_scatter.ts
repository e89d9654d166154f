/**
 * The gradient of `genAggregate` to x by a scatter, for drivers on the processor: the same bits in a
 * fifth of the time where nodes have many edges (kernels/NOTES.md).
 */
import { defineKernel } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { DeviceGraph } from "../batch/device_graph.ts";
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
export const SCATTERED_DEGREE = 8;

/** Whether the gradient to x is scattered. */
export function scatters({ nodes, edges }: DeviceGraph, { gpu }: Tensor): boolean {
  return gpu.adapter.software && edges >= SCATTERED_DEGREE * nodes;
}

/** What `gen_aggregate_backward` writes to dx. */
export function genAggregateScatter(
  graph: DeviceGraph,
  winner: Tensor,
  dy: Tensor,
  dx: Tensor,
  { WINNER_BITS, ACCUMULATE }: { readonly WINNER_BITS: number; readonly ACCUMULATE: number },
): void {
  const { rowPtr, inBlocks } = graph;
  for (const [i, { colIdx, firstRow, rows, firstEdge }] of inBlocks.entries()) {
    dy.gpu.launch(kernel, {
      // What one block has added, the next ones add to.
      constants: { WORKGROUP_SIZE: CHANNELS, WINNER_BITS, ACCUMULATE: i > 0 ? 1 : ACCUMULATE },
      params: { nodes: dy.rows, channels: dy.cols, firstRow, rows, firstEdge },
      buffers: { rowPtr, colIdx, winner, dy, dx },
      workgroups: Math.ceil(dy.stride / CHANNELS),
    });
  }
}
