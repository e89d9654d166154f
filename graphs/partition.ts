/** Random partition into induced sub-graphs, one batch each (design §8). */
import type { Graph } from "./graph.ts";
import { takeRows } from "./matrix.ts";
import type { Random } from "./random.ts";

/** Puts every node into exactly one part; sizes differ by at most one, parts are ascending. */
export function randomParts(nodes: number, parts: number, random: Random): Uint32Array[] {
  if (!Number.isInteger(parts) || parts < 1 || parts > nodes) {
    throw new RangeError(
      `Cannot split ${nodes} nodes into ${parts} parts as each part needs a node: ` +
        `expected a whole number from 1 to ${nodes}`,
    );
  }
  const order = random.permutation(nodes);
  return Array.from({ length: parts }, (_, part) => {
    const [begin, end] = [part, part + 1].map((p) => Math.floor(p * nodes / parts));
    return order.slice(begin, end).sort();
  });
}

/** The graph among `nodes`, re-numbered in their order; they must ascend. */
export function induce(graph: Graph, nodes: Uint32Array): Graph {
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
  const position = new Uint32Array(count);
  let last = -1;
  for (let k = 0; k < nodes.length; k++) {
    const node = nodes[k]!;
    if (node <= last || node >= count) {
      throw new RangeError(
        `Cannot induce a sub-graph as its nodes must ascend below ${count}: ` +
          `nodes[${k}] is ${node}` + (k > 0 ? ` after ${last}` : ""),
      );
    }
    position[node] = k + 1;
    last = node;
  }
  return position;
}

/** Walks the in-edges of `nodes` twice: to count those that stay, then to keep them. */
function inducedRows(graph: Graph, nodes: Uint32Array, position: Uint32Array) {
  const rowPtr = new Uint32Array(nodes.length + 1);
  for (let k = 0; k < nodes.length; k++) {
    let kept = rowPtr[k]!;
    const end = graph.rowPtr[nodes[k]! + 1]!;
    for (let e = graph.rowPtr[nodes[k]!]!; e < end; e++) {
      if (position[graph.colIdx[e]!]! > 0) kept++;
    }
    rowPtr[k + 1] = kept;
  }
  const colIdx = new Uint32Array(rowPtr[nodes.length]!);
  const edge = new Uint32Array(colIdx.length);
  for (let k = 0, to = 0; k < nodes.length; k++) {
    const end = graph.rowPtr[nodes[k]! + 1]!;
    for (let e = graph.rowPtr[nodes[k]!]!; e < end; e++) {
      const source = position[graph.colIdx[e]!]!;
      if (source === 0) continue;
      colIdx[to] = source - 1;
      edge[to++] = e;
    }
  }
  return { rowPtr, colIdx, edge };
}
