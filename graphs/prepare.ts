/**
 * Prepares a graph for a device: rows of out-edges for the backward pass, the mask of training nodes,
 * scales. Takes O(nodes + edges); a worker may do it.
 */
import { type OutEdges, transpose } from "./csr.ts";
import type { Graph } from "./graph.ts";
import {
  attentionScales,
  type DegreeScales,
  type EndScales,
  meanScales,
  symmetricScales,
} from "./degree_scales.ts";

/** A graph that can be uploaded as it is. */
export interface PreparedGraph extends Graph {
  /** Most in-edges of a node. */
  readonly longestRow: number;
  /** Rows of out-edges; undefined for evaluation only. */
  readonly outEdges: OutEdges | undefined;
  /** [nodes]: 1 for training nodes. */
  readonly trains: Uint32Array;
  /** Factors of nodes and edges for each kind of normalisation. */
  readonly degreeScales: {
    readonly symmetric: DegreeScales;
    readonly mean: DegreeScales;
    readonly attention: EndScales;
  };
}

/**
 * Adds what a device needs, with out-edges if `backward`; the graph's own arrays are shared, not
 * copied.
 */
export function prepare(graph: Graph, backward = true): PreparedGraph {
  const trains = new Uint32Array(graph.nodes);
  for (const node of graph.split.train) trains[node] = 1;
  return {
    ...graph,
    longestRow: longestRow(graph),
    outEdges: backward ? transpose(graph) : undefined,
    trains,
    degreeScales: {
      symmetric: symmetricScales(graph),
      mean: meanScales(graph),
      attention: attentionScales(graph),
    },
  };
}

function longestRow({ nodes, rowPtr }: Graph): number {
  let longest = 0;
  for (let i = 0; i < nodes; i++) longest = Math.max(longest, rowPtr[i + 1]! - rowPtr[i]!);
  return longest;
}
