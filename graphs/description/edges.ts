/** What a graph's edges are like: degrees, loops, directions, and what they connect. */
import type { Graph } from "../graph.ts";
import { type DegreeFacts, degreesOf } from "./degrees.ts";

/** Facts about the edges of a graph. */
export interface EdgeFacts {
  /** Edges, each direction counted on its own. */
  readonly count: number;
  /** Edges from a node to itself. */
  readonly loops: number;
  /** Edges beside loops of which the reverse is an edge too. */
  readonly reversed: number;
  /** Columns of their features; 0 for none. */
  readonly features: number;
  /** Whether the only feature is a weight. */
  readonly weighted: boolean;
  readonly inDegrees: DegreeFacts;
  readonly outDegrees: DegreeFacts;
  /** Nodes without an edge to or from another node. */
  readonly isolated: number;
  /** Parts that no edge connects, whichever way edges point; an isolated node is one. */
  readonly components: number;
  /** Nodes of the largest such part. */
  readonly largestComponent: number;
}

/** Counts what there is to know of a graph's edges: O(edges · log of the longest row). */
export function edgeFacts(graph: Graph): EdgeFacts {
  const { nodes, rowPtr, colIdx, edgeFeatures, weighted = false } = graph;
  const inDegrees = new Uint32Array(nodes);
  const outDegrees = new Uint32Array(nodes);
  const connected = new Uint8Array(nodes);
  const sets = new DisjointSets(nodes);
  let loops = 0;
  let reversed = 0;
  for (let target = 0; target < nodes; target++) {
    for (let e = rowPtr[target]!; e < rowPtr[target + 1]!; e++) {
      const source = colIdx[e]!;
      inDegrees[target]!++;
      outDegrees[source]!++;
      if (source === target) loops++;
      else {
        connected[source] = connected[target] = 1;
        sets.join(source, target);
        if (hasEdge(graph, target, source)) reversed++;
      }
    }
  }
  return {
    count: colIdx.length,
    loops,
    reversed,
    features: edgeFeatures.cols,
    weighted,
    inDegrees: degreesOf(inDegrees),
    outDegrees: degreesOf(outDegrees),
    isolated: nodes - connected.reduce((sum, one) => sum + one, 0),
    components: sets.count,
    largestComponent: sets.largest,
  };
}

/** Whether there is an edge; sources ascend within a row. */
function hasEdge({ rowPtr, colIdx }: Graph, source: number, target: number): boolean {
  let low = rowPtr[target]!;
  let high = rowPtr[target + 1]!;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (colIdx[middle]! < source) low = middle + 1;
    else high = middle;
  }
  return low < rowPtr[target + 1]! && colIdx[low] === source;
}

/** Sets of nodes that are joined step by step (union by size, paths halved). */
class DisjointSets {
  /** How many sets there are. */
  count: number;
  /** Nodes of the largest one. */
  largest = 1;
  #parent: Uint32Array;
  #size: Uint32Array;

  constructor(nodes: number) {
    this.count = nodes;
    this.#parent = Uint32Array.from({ length: nodes }, (_, node) => node);
    this.#size = new Uint32Array(nodes).fill(1);
  }

  join(a: number, b: number): void {
    const [first, second] = [this.#root(a), this.#root(b)];
    if (first === second) return;
    const [small, large] = this.#size[first]! < this.#size[second]!
      ? [first, second]
      : [second, first];
    this.#parent[small] = large;
    this.#size[large]! += this.#size[small]!;
    this.largest = Math.max(this.largest, this.#size[large]!);
    this.count--;
  }

  #root(node: number): number {
    const parent = this.#parent;
    while (parent[node] !== node) {
      parent[node] = parent[parent[node]!]!;
      node = parent[node]!;
    }
    return node;
  }
}
