/** Partitions a graph at random into induced sub-graphs, one batch each. */
import type { Graph } from "../graph.ts";
import { takeRows } from "../matrix.ts";
import type { Random } from "../random.ts";
import { checkAscending } from "./node_set.ts";
import { isStored, type PartedGraph } from "./stored_graph.ts";

/** Puts every node into exactly one part; sizes differ by at most one, parts are ascending. */
export function randomParts(nodes: number, parts: number, random: Random): Uint32Array[] {
  checkParts(nodes, parts);
  const order = random.permutation(nodes);
  return Array.from({ length: parts }, (_, part) => {
    const [begin, end] = partBounds(nodes, parts, part);
    return order.slice(begin, end).sort();
  });
}

/** The range of a part among the nodes in the order drawn. */
export function partBounds(nodes: number, parts: number, part: number): [number, number] {
  return [Math.floor(part * nodes / parts), Math.floor((part + 1) * nodes / parts)];
}

/** Throws a sentence if some part would have no node. */
export function checkParts(nodes: number, parts: number): void {
  if (Number.isInteger(parts) && parts >= 1 && parts <= nodes) return;
  throw new RangeError(
    `Cannot split ${nodes} nodes into ${parts} parts as each part needs a node: ` +
      `expected a whole number from 1 to ${nodes}`,
  );
}

/** The sub-graph induced by `nodes`, which must ascend; they are renumbered in their order. */
export function induce(graph: PartedGraph, nodes: Uint32Array): Graph {
  if (isStored(graph)) return graph.induce(nodes);
  const position = positions(graph.nodes, nodes);
  const { rowPtr, colIdx, edge } = inducedRows(graph, nodes, position);
  const within = (part: Uint32Array) =>
    part.filter((node) => position[node]! > 0).map((node) => position[node]! - 1);
  return {
    name: graph.name,
    nodes: nodes.length,
    rowPtr,
    colIdx,
    edgeFeatures: takeRows(graph.edgeFeatures, edge),
    ...(graph.weighted && { weighted: true }),
    x: takeRows(graph.x, nodes),
    ...(graph.oneHot && { oneHot: takeRows(graph.oneHot, nodes) }),
    labels: takeRows(graph.labels, nodes),
    ...(graph.classes && { classes: true }),
    split: {
      train: within(graph.split.train),
      valid: within(graph.split.valid),
      test: within(graph.split.test),
    },
  };
}

/** [graph nodes]: one more than a node's new number, 0 outside. */
function positions(count: number, nodes: Uint32Array): Uint32Array {
  checkAscending(count, nodes);
  const position = new Uint32Array(count);
  nodes.forEach((node, k) => position[node] = k + 1);
  return position;
}

/** Walks the in-edges of `nodes` once, and keeps those whose source is among them. */
function inducedRows(graph: Graph, nodes: Uint32Array, position: Uint32Array) {
  const rowPtr = new Uint32Array(nodes.length + 1);
  const most = nodes.reduce((sum, i) => sum + graph.rowPtr[i + 1]! - graph.rowPtr[i]!, 0);
  // Room for all in-edges; untouched pages cost no memory.
  const [colIdx, edge] = [new Uint32Array(most), new Uint32Array(most)];
  for (let k = 0, kept = 0; k < nodes.length; k++) {
    const end = graph.rowPtr[nodes[k]! + 1]!;
    for (let e = graph.rowPtr[nodes[k]!]!; e < end; e++) {
      const source = position[graph.colIdx[e]!]!;
      if (source === 0) continue;
      colIdx[kept] = source - 1;
      edge[kept++] = e;
    }
    rowPtr[k + 1] = kept;
  }
  const kept = rowPtr[nodes.length]!;
  return { rowPtr, colIdx: colIdx.slice(0, kept), edge: edge.slice(0, kept) };
}
