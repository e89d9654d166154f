/**
 * Normalised adjacencies as products of factors at an edge's two ends, so that no edge stores a number
 * unless it has a weight w (otherwise 1):
 *
 *     (A X)_i = target_i Σ_{e = (j → i)} w_e source_j X_j + self_i X_i
 */
import type { Graph } from "./graph.ts";

/** Factors that multiply an edge at its two ends. */
export interface EndScales {
  /** [nodes]: the factor of the edges that enter a node. */
  readonly target: Float32Array;
  /** [nodes]: the factor of the edges that leave a node. */
  readonly source: Float32Array;
}

/** Three factors per node. */
export interface DegreeScales extends EndScales {
  /** [nodes]: the factor of a node's own features. */
  readonly self: Float32Array;
}

type Rows = Pick<Graph, "nodes" | "rowPtr" | "colIdx">;
type WeightedRows = Rows & Partial<Pick<Graph, "weighted" | "edgeFeatures">>;

/** [edges]: what GCN multiplies each edge by; undefined if every weight is 1. */
export function weightsOf(graph: Partial<Pick<Graph, "weighted" | "edgeFeatures">>) {
  return graph.weighted ? graph.edgeFeatures?.data : undefined;
}

/**
 * D^-½ (A + I) D^-½ with d the row sums of A + I, as GCN's. A node has one self-loop whatever its row
 * holds: loops of the graph are not counted, and `self` takes back what the row's sum makes of them.
 * Where edges have weights, the loop's is that of the last loop in the row, 1 where there is none, and a
 * sum of 0 scales by 0, as in PyTorch Geometric's `gcn_norm`. A sum below 0 has no root: see
 * `checkWeights`.
 */
export function symmetricScales(graph: WeightedRows): DegreeScales {
  const weights = weightsOf(graph);
  const scale = new Float32Array(graph.nodes);
  const self = new Float32Array(graph.nodes);
  for (let i = 0; i < graph.nodes; i++) {
    const [begin, end] = [graph.rowPtr[i]!, graph.rowPtr[i + 1]!];
    let [degree, loops, own] = [0, 0, 1];
    for (let edge = begin; edge < end; edge++) {
      const weight = weights ? weights[edge]! : 1;
      if (graph.colIdx[edge] !== i) degree += weight;
      else [loops, own] = [loops + weight, weight];
    }
    degree += own;
    if (!(degree > 0)) continue;
    scale[i] = 1 / Math.sqrt(degree);
    self[i] = (own - loops) / degree;
  }
  return { target: scale, source: scale, self };
}

/** The mean over in-edges, 0 for a node without any, as GraphSAGE's; a loop is an edge like others. */
export function meanScales({ nodes, rowPtr }: Rows): DegreeScales {
  const target = new Float32Array(nodes);
  for (let i = 0; i < nodes; i++) target[i] = 1 / Math.max(1, rowPtr[i + 1]! - rowPtr[i]!);
  return { target, source: new Float32Array(nodes).fill(1), self: new Float32Array(nodes) };
}

/**
 * The factors of DGL's GAT with symmetric normalisation: a source's channels times outdegree^-½, a
 * target's sum times indegree^+½. The attention, which sums to 1, replaces indegree^-1. A degree counts
 * all edges, and is at least 1.
 */
export function attentionScales({ nodes, rowPtr, colIdx }: Rows): EndScales {
  const outDegrees = new Uint32Array(nodes);
  for (const source of colIdx) outDegrees[source]!++;
  const inDegrees = outDegrees.map((_, i) => rowPtr[i + 1]! - rowPtr[i]!);
  return {
    target: Float32Array.from(inDegrees, (degree) => Math.sqrt(Math.max(1, degree))),
    source: Float32Array.from(outDegrees, (degree) => 1 / Math.sqrt(Math.max(1, degree))),
  };
}
