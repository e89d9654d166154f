/** Turns a list of edges into a graph's rows: each edge once and, on request, in both directions. */
import { compress, fromEdges } from "./csr.ts";
import type { Graph } from "./graph.ts";

/** Edges from sources to targets; without weights, every weight is 1. */
export interface EdgeList {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly weights?: Float32Array;
}

/**
 * Returns rows without repeats; self-loops stay. Weights of a repeated edge add up, as in SciPy's
 * matrices; made symmetric, an edge takes the larger of its two directions' weights. Edges whose
 * weights add up to 0 are dropped. Weights are the only edge feature; without them there are no edge
 * features.
 */
export function distinctEdges(
  nodes: number,
  edges: EdgeList,
  { symmetric }: { symmetric: boolean },
): Pick<Graph, "rowPtr" | "colIdx" | "edgeFeatures" | "weighted"> {
  let distinct = present(merge(nodes, edges, (a, b) => a + b));
  if (symmetric) distinct = merge(nodes, bothWays(distinct), Math.max);
  const { sources, targets, weights } = distinct;
  const edgeFeatures = {
    data: weights ?? new Float32Array(0),
    rows: sources.length,
    cols: weights ? 1 : 0,
  };
  return {
    ...fromEdges(nodes, sources, targets, edgeFeatures),
    ...weights && { weighted: true },
  };
}

/** Drops the edges of weight 0. */
export function present({ sources, targets, weights }: EdgeList): EdgeList {
  if (weights === undefined) return { sources, targets };
  const has = (_: number, edge: number) => weights[edge] !== 0;
  return {
    sources: sources.filter(has),
    targets: targets.filter(has),
    weights: weights.filter(has),
  };
}

/** Drops edges whose weight is stored as 0; if all others are 1, edges have no weights. */
export function withoutUnits(edges: EdgeList): EdgeList {
  const { weights, ...ends } = present(edges);
  return weights?.some((weight) => weight !== 1) ? { ...ends, weights } : ends;
}

function merge(
  nodes: number,
  edges: EdgeList,
  combine: (a: number, b: number) => number,
): EdgeList {
  const { rowPtr, colIdx, edge } = compress(nodes, edges.sources, edges.targets);
  const sources = new Uint32Array(colIdx.length);
  const targets = new Uint32Array(colIdx.length);
  const weights = edges.weights && new Float32Array(colIdx.length);
  let count = 0;
  for (let i = 0; i < nodes; i++) {
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
      const repeats = e > rowPtr[i]! && colIdx[e] === colIdx[e - 1];
      const at = repeats ? count - 1 : count++;
      sources[at] = colIdx[e]!;
      targets[at] = i;
      if (!weights) continue;
      const weight = edges.weights![edge[e]!]!;
      weights[at] = repeats ? combine(weights[at]!, weight) : weight;
    }
  }
  return {
    sources: sources.slice(0, count),
    targets: targets.slice(0, count),
    ...weights && { weights: weights.slice(0, count) },
  };
}

/** Returns each edge, then each edge reversed. */
export function bothWays({ sources, targets, weights }: EdgeList): EdgeList {
  return {
    sources: join(Uint32Array, sources, targets),
    targets: join(Uint32Array, targets, sources),
    ...weights && { weights: join(Float32Array, weights, weights) },
  };
}

function join<T extends Uint32Array | Float32Array>(
  Type: new (length: number) => T,
  first: T,
  second: T,
): T {
  const both = new Type(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
