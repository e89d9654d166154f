/** Graphs for the kernels' tests, on a grid of numbers that float32 adds without rounding. */
import { fromEdges } from "../../graphs/csr.ts";
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { type Dense, dense, mulberry32, random } from "../reference/matrix.ts";

/** Multiples of 1/16 in [-1, 1]: sums and products of a few are exact, so that equal is equal. */
export function grid(rows: number, cols: number, seed: number): Dense {
  const x = random(rows, cols, seed);
  return { ...x, data: x.data.map((value) => Math.round(16 * value) / 16) };
}

/** A graph without node features or targets. */
export function graphOf(
  nodes: number,
  edges: readonly (readonly [source: number, target: number])[],
  edgeFeatures: Dense,
): Graph {
  const [sources, targets] = [0, 1].map((end) => Uint32Array.from(edges, (edge) => edge[end]!));
  const none = new Uint32Array(0);
  return {
    name: "test",
    nodes,
    ...fromEdges(nodes, sources!, targets!, float32(edgeFeatures)),
    x: float32(dense(nodes, 0)),
    labels: float32(dense(nodes, 0)),
    split: { train: none, valid: none, test: none },
  };
}

/**
 * Seeded edges with repeats and loops. A fifth of the nodes has no in-edges, a seventh no out-edges;
 * both if there is only one.
 */
export function randomEdges(nodes: number, count: number, seed: number): [number, number][] {
  const next = mulberry32(seed);
  const edges: [number, number][] = [];
  while (edges.length < count) {
    const [source, target] = [Math.floor(next() * nodes), Math.floor(next() * nodes)];
    if (target % 5 === 0 || source % 7 === 0) continue;
    edges.push([source, target]);
    if (edges.length % 9 === 0) edges.push([source, target]);
    if (edges.length % 11 === 0) edges.push([target, target]);
  }
  return edges;
}

export function float32({ rows, cols, data }: Dense): Matrix {
  return { rows, cols, data: Float32Array.from(data) };
}
