/** Attention on the device, a softmax over each node's in-edges, and its gradients. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { DeviceGraph } from "../batch/device_graph.ts";
import { type LongRows, longRowsOf, type RowPointers } from "../batch/long_rows.ts";
import code from "./edge_softmax.wgsl" with { type: "text" };

const file = "edge_softmax.wgsl";
const params = {
  nodes: "u32",
  edges: "u32",
  heads: "u32",
  firstLong: "u32",
  longRows: "u32",
} as const;
const inputs = {
  rowPtr: "read",
  colIdx: "read",
  sourceScores: "read",
  targetScores: "read",
} as const;

const forward = defineKernel({
  name: "edge_softmax",
  file,
  code,
  params,
  buffers: { ...inputs, keep: "read", attention: "write" },
});
const backward = defineKernel({
  name: "edge_softmax_backward",
  file,
  code,
  params,
  buffers: { ...inputs, attention: "read", dAttention: "write" },
});
const backwardScores = defineKernel({
  name: "edge_softmax_backward_scores",
  file,
  code,
  params,
  buffers: { ptr: "read", edgesOf: "read", dEdges: "read", dScores: "write" },
});
const forwardLong = defineKernel({ ...forward, name: "edge_softmax_long" });
const backwardLong = defineKernel({ ...backward, name: "edge_softmax_backward_long" });
const backwardScoresLong = defineKernel({
  ...backwardScores,
  name: "edge_softmax_backward_scores_long",
});

/** Scores [nodes, heads] of an edge's two ends, whose sum weighs the edge; absent ones are 0. */
export interface EdgeScores {
  readonly source: Tensor;
  readonly target?: Tensor | undefined;
}

/** attention [heads, edges] of all edges, or of those to keep: softmax of LeakyReLU(source + target). */
export function edgeSoftmax(graph: DeviceGraph, scores: EdgeScores, keep?: Tensor): Tensor {
  checkRows(graph, scores);
  const { source, target } = scores;
  const attention = graph.ofEdges(source.cols);
  const { rowPtr, colIdx, inRows } = graph;
  const long = longRowsOf(inRows);
  const given = {
    constants: {
      ...long.constants,
      TARGET: Number(target !== undefined),
      DROPOUT: Number(keep !== undefined),
    },
    params: paramsOf(graph, source, long),
    buffers: {
      rowPtr,
      colIdx,
      sourceScores: source,
      targetScores: target,
      keep,
      attention,
    },
  };
  const workgroups = workgroupsFor(source.rows * source.cols);
  graph.gpu.launch(forward, { ...given, workgroups });
  if (long.count > 0) {
    graph.gpu.launch(forwardLong, { ...given, workgroups: long.count * source.cols });
  }
  return attention;
}

/**
 * The scores' gradients [nodes, heads], those of targets if they have scores. Overwrites dAttention with
 * the gradients of the edges' sums. Dropped edges are known by their attention of 0.
 */
export function edgeSoftmaxBackward(
  graph: DeviceGraph,
  scores: EdgeScores,
  attention: Tensor,
  dAttention: Tensor,
): EdgeScores {
  checkRows(graph, scores);
  const { source, target } = scores;
  const { rowPtr, colIdx, inRows, outRows, outEdge } = graph;
  const long = longRowsOf(inRows);
  const given = {
    constants: { ...long.constants, TARGET: Number(target !== undefined) },
    params: paramsOf(graph, source, long),
    buffers: {
      rowPtr,
      colIdx,
      sourceScores: source,
      targetScores: target,
      attention,
      dAttention,
    },
  };
  const workgroups = workgroupsFor(source.rows * source.cols);
  graph.gpu.launch(backward, { ...given, workgroups });
  if (long.count > 0) {
    graph.gpu.launch(backwardLong, { ...given, workgroups: long.count * source.cols });
  }
  const dTarget = target && sumEdges(graph, dAttention, inRows);
  return { source: sumEdges(graph, dAttention, outRows, outEdge), target: dTarget };
}

/** [nodes, heads]: sums dEdges [heads, edges] over each node's edges, which `edgesOf` lists if given. */
function sumEdges(
  graph: DeviceGraph,
  dEdges: Tensor,
  pointers: RowPointers,
  edgesOf?: Tensor,
): Tensor {
  const dScores = graph.gpu.empty(graph.nodes, dEdges.rows);
  const long = longRowsOf(pointers);
  const given = {
    constants: { ...long.constants, TRANSPOSED: Number(edgesOf !== undefined) },
    params: paramsOf(graph, dScores, long),
    buffers: { ptr: pointers.ptr, edgesOf, dEdges, dScores },
  };
  const workgroups = workgroupsFor(dScores.rows * dScores.stride);
  graph.gpu.launch(backwardScores, { ...given, workgroups });
  if (long.count > 0) {
    graph.gpu.launch(backwardScoresLong, { ...given, workgroups: long.count * dScores.cols });
  }
  return dScores;
}

function paramsOf({ nodes, edges }: DeviceGraph, scores: Tensor, long: LongRows) {
  return { nodes, edges, heads: scores.cols, firstLong: long.firstLong, longRows: long.count };
}

function checkRows(graph: DeviceGraph, { source, target }: EdgeScores): void {
  const wrong = [source, target].find((scores) => scores && scores.rows !== graph.nodes);
  if (wrong === undefined) return;
  throw new RangeError(
    `Cannot weigh edges as scores must have one row per node: ` +
      `found ${wrong.rows} rows, the graph has ${graph.nodes} nodes`,
  );
}
