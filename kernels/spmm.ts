/** The product of a normalised adjacency and X on the device, and of its transpose and dY. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { DeviceDegreeScales, DeviceGraph } from "../batch/device_graph.ts";
import { type EdgeRange, rowsOf } from "../batch/edge_blocks.ts";
import { longRowsOf, type RowPointers } from "../batch/long_rows.ts";
import { gatherColumns } from "./copy_columns.ts";
import code from "./spmm.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "spmm",
  file: "spmm.wgsl",
  code,
  params: {
    nodes: "u32",
    channels: "u32",
    firstRow: "u32",
    firstEdge: "u32",
    firstLong: "u32",
    longRows: "u32",
  },
  buffers: {
    rowPtr: "read",
    colIdx: "read",
    targetScale: "read",
    sourceScale: "read",
    selfScale: "read",
    x: "read",
    weights: "read",
    out: "writeRows",
  },
  rows: "nodes",
});

const longKernel = defineKernel({ ...kernel, name: "spmm_long" });

/** What multiplies an edge beside its ends' scales. */
export interface SpmmOptions {
  /** Whether the graph's edges count by their weights, where they have any; default false. */
  readonly weighted?: boolean;
}

/** out_i = target_i Σ_{j → i} w_ij source_j x_j + self_i x_i: [nodes, channels]. */
export function spmm(
  graph: DeviceGraph,
  x: Tensor,
  scales: DeviceDegreeScales,
  { weighted = false }: SpmmOptions = {},
): Tensor {
  const { inRows, inBlocks } = graph;
  const blocks = inBlocks.map((block) => ({ ...block, idx: block.colIdx }));
  return launch(graph, x, scales, inRows, blocks, weighted);
}

/** dx [nodes, channels] of dy: the same sum over out-edges, target and source exchanged. */
export function spmmBackward(
  graph: DeviceGraph,
  dy: Tensor,
  scales: DeviceDegreeScales,
  { weighted = false }: SpmmOptions = {},
): Tensor {
  const { target, source, self } = scales;
  const { outRows, outBlocks } = graph;
  const exchanged = { target: source, source: target, self };
  const blocks = outBlocks.map((block) => ({ ...block, idx: block.outIdx }));
  return launch(graph, dy, exchanged, outRows, blocks, weighted);
}

function launch(
  graph: DeviceGraph,
  x: Tensor,
  { target: targetScale, source: sourceScale, self: selfScale }: DeviceDegreeScales,
  pointers: RowPointers,
  blocks: readonly (EdgeRange & { idx: Tensor; weights: Tensor | undefined })[],
  weighted: boolean,
): Tensor {
  if (x.rows !== graph.nodes) {
    throw new RangeError(
      `Cannot aggregate x as x must have one row per node: ` +
        `x has ${x.rows} rows, the graph ${graph.nodes} nodes`,
    );
  }
  const scales = { targetScale, sourceScale, selfScale };
  return gatherColumns(x, undefined, (x) => {
    const out = x.gpu.empty(x.rows, x.cols);
    for (const block of blocks) {
      const { rows: nodes, firstRow, firstEdge, idx: colIdx } = block;
      const weights = weighted ? block.weights : undefined;
      const { firstLong, count, constants } = longRowsOf(pointers, block);
      const given = {
        constants: { ...constants, WEIGHTED: Number(weights !== undefined) },
        params: { nodes, channels: x.cols, firstRow, firstEdge, firstLong, longRows: count },
        buffers: {
          ...{ rowPtr: pointers.ptr, colIdx, ...scales, x, weights },
          out: rowsOf(out, block),
        },
      };
      const channelBlocks = Math.ceil(x.stride / 8);
      const workgroups = (rows: number) => workgroupsFor(rows * channelBlocks);
      x.gpu.launch(kernel, { ...given, workgroups });
      if (count > 0) x.gpu.launch(longKernel, { ...given, workgroups: count * channelBlocks });
    }
    return out;
  });
}
