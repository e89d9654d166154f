/** A sum over neighbours weighted by attention on the device, and its gradients. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Launch, Tensor } from "../gpu/tensor.ts";
import type { DeviceEndScales, DeviceGraph } from "../batch/device_graph.ts";
import { longRowsOf, type RowPointers } from "../batch/long_rows.ts";
import { type ColumnSlice, columnSlices, gatherColumns, takeColumns } from "./copy_columns.ts";
import { fixedSteps } from "./fixed_point.ts";
import code from "./edge_sum.wgsl" with { type: "text" };
import type { Residual } from "./linear.ts";

const file = "edge_sum.wgsl";
const params = {
  nodes: "u32",
  edges: "u32",
  heads: "u32",
  channels: "u32",
  first: "u32",
  columns: "u32",
  firstLong: "u32",
  longRows: "u32",
} as const;
const inputs = {
  ptr: "read",
  idx: "read",
  targetScale: "read",
  sourceScale: "read",
  x: "read",
} as const;

const kernel = defineKernel({
  name: "edge_sum",
  file,
  code,
  params,
  buffers: { ...inputs, edgesOf: "read", attention: "read", out: "write" },
  fixed: ["out"],
});
const longKernel = defineKernel({ ...kernel, name: "edge_sum_long" });
const backwardAttention = defineKernel({
  name: "edge_sum_backward_attention",
  file,
  code,
  params,
  buffers: { ...inputs, dy: "read", dAttention: "write" },
});

/** Edges of an invocation on a processor, where to find an edge's target takes as long as half a sum. */
const PROCESSOR_EDGES = 16;

type SumLaunch = Launch<keyof typeof kernel.params, keyof typeof kernel.buffers>;

/** out_i = target_i Σ_{j → i} a_e source_j x_j: a new [nodes, heads · d], or y ± it in place. */
export function edgeSum(
  graph: DeviceGraph,
  attention: Tensor,
  x: Tensor,
  { scales, residual }: { scales?: DeviceEndScales | undefined; residual?: Residual } = {},
): Tensor {
  const heads = headsOf(graph, x, attention);
  const { inRows, colIdx: idx } = graph;
  const channels = x.cols / heads;
  return gatherColumns(x, residual?.y, (x, y, first) => {
    const out = y ?? x.gpu.empty(x.rows, x.cols);
    sumOver(inRows, x, {
      constants: {
        ...constantsOf(channels, scales),
        RESIDUAL: residual?.sign ?? 0,
        FIXED: fixedSteps(out),
      },
      params: paramsOf(graph, heads, channels, { first, columns: x.cols }),
      buffers: { ptr: inRows.ptr, idx, ...ofEnds(scales), x, edgesOf: undefined, attention, out },
    });
    return out;
  });
}

/** dx [nodes, heads · d] of dy: the same sum over out-edges, target and source exchanged. */
export function edgeSumBackward(
  graph: DeviceGraph,
  attention: Tensor,
  dy: Tensor,
  scales?: DeviceEndScales,
): Tensor {
  const heads = headsOf(graph, dy, attention);
  const { outRows, outIdx: idx, outEdge: edgesOf } = graph;
  const channels = dy.cols / heads;
  return gatherColumns(dy, undefined, (dy, _, first) => {
    const dx = dy.gpu.empty(dy.rows, dy.cols);
    const exchanged = { targetScale: scales?.source, sourceScale: scales?.target };
    sumOver(outRows, dy, {
      constants: { ...constantsOf(channels, scales), TRANSPOSED: 1 },
      params: paramsOf(graph, heads, channels, { first, columns: dy.cols }),
      buffers: { ptr: outRows.ptr, idx, ...exchanged, x: dy, edgesOf, attention, out: dx },
    });
    return dx;
  });
}

/** Launches the sum over all rows of x, and where some are long the one over these. */
function sumOver(
  pointers: RowPointers,
  x: Tensor,
  { constants, params, buffers }: Omit<SumLaunch, "workgroups">,
): void {
  const { firstLong, count: longRows, constants: ofLong } = longRowsOf(pointers);
  const given = {
    constants: { ...constants, ...ofLong },
    params: { ...params, firstLong, longRows },
    buffers,
  };
  const channelBlocks = Math.ceil(x.stride / 8);
  x.gpu.launch(kernel, { ...given, workgroups: workgroupsFor(x.rows * channelBlocks) });
  if (longRows > 0) x.gpu.launch(longKernel, { ...given, workgroups: longRows * channelBlocks });
}

/** dAttention [heads, edges] of dy. */
export function edgeSumBackwardAttention(
  graph: DeviceGraph,
  x: Tensor,
  dy: Tensor,
  { heads, scales }: { heads: number; scales?: DeviceEndScales | undefined },
): Tensor {
  checkShapes(graph, x, heads, graph.edges);
  const dAttention = graph.ofEdges(heads);
  const { rowPtr: ptr, colIdx: idx } = graph;
  const channels = x.cols / heads;
  // A card wants many invocations, whose lanes have edges side by side.
  const EDGES = x.gpu.adapter.software ? PROCESSOR_EDGES : 1;
  const add = (x: Tensor, dy: Tensor, first: number) =>
    x.gpu.launch(backwardAttention, {
      constants: { ...constantsOf(channels, scales), EDGES, ACCUMULATE: Number(first > 0) },
      params: paramsOf(graph, heads, channels, { first, columns: x.cols }),
      buffers: { ptr, idx, ...ofEnds(scales), x, dy, dAttention },
      workgroups: workgroupsFor(heads * Math.ceil(dAttention.stride / EDGES)),
    });
  const slices = columnSlices(x);
  if (slices.length === 1) add(x, dy, 0);
  else {
    for (const { first, columns } of slices) {
      using part = takeColumns(x, first, columns);
      using dPart = takeColumns(dy, first, columns);
      add(part, dPart, first);
    }
  }
  return dAttention;
}

/** `channels` are a head's. */
function constantsOf(channels: number, scales: DeviceEndScales | undefined) {
  return { SCALED: Number(scales !== undefined), ALIGNED: Number(channels % 4 === 0) };
}

function paramsOf(
  { nodes, edges }: DeviceGraph,
  heads: number,
  channels: number,
  slice: ColumnSlice,
) {
  return { nodes, edges, heads, channels, ...slice, firstLong: 0, longRows: 0 };
}

function ofEnds(scales: DeviceEndScales | undefined) {
  return { targetScale: scales?.target, sourceScale: scales?.source };
}

/** The heads of attention [heads, edges]. */
function headsOf(graph: DeviceGraph, x: Tensor, { rows: heads, cols: edges }: Tensor): number {
  checkShapes(graph, x, heads, edges);
  return heads;
}

function checkShapes(graph: DeviceGraph, x: Tensor, heads: number, edges: number): void {
  if (x.rows === graph.nodes && edges === graph.edges && x.cols % heads === 0) return;
  throw new RangeError(
    `Cannot sum ${x.rows} rows of ${x.cols} channels over ${edges} edges of ${heads} heads: ` +
      `the graph has ${graph.nodes} nodes and ${graph.edges} edges, and channels must be a multiple of heads`,
  );
}
