/** Graphs as plain lists of edges and dense matrices: what the tests compare with. */
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { fromEdges } from "../../graphs/csr.ts";
import { Random } from "../../graphs/random.ts";
import { randomSplit } from "../../graphs/split.ts";

/** Edges as they come: unsorted, with repeats, loops and nodes that have none. */
export interface EdgeList {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  /** [edges, 2]: the edge's number, then noise. */
  readonly edgeFeatures: Matrix;
}

export function randomEdges(nodes: number, edges: number, seed: number): EdgeList {
  const random = new Random(seed);
  const end = () => Uint32Array.from({ length: edges }, () => random.below(nodes));
  const data = Float32Array.from(
    { length: 2 * edges },
    (_, at) => at % 2 ? random.float() : at / 2,
  );
  return { sources: end(), targets: end(), edgeFeatures: { data, rows: edges, cols: 2 } };
}

/** A whole problem on random edges, valid by `checkGraph`. */
export function randomGraph(nodes: number, edges: number, seed: number): Graph {
  const { sources, targets, edgeFeatures } = randomEdges(nodes, edges, seed);
  const random = new Random(seed, 1);
  const fill = (cols: number, value: (at: number) => number): Matrix => ({
    data: Float32Array.from({ length: nodes * cols }, (_, at) => value(at)),
    rows: nodes,
    cols,
  });
  return {
    name: "random",
    nodes,
    ...fromEdges(nodes, sources, targets, edgeFeatures),
    x: fill(3, () => random.normal()),
    oneHot: fill(2, (at) => +(at % 2 === Math.floor(at / 2) % 2)),
    labels: fill(2, () => random.below(2)),
    split: randomSplit(nodes, random),
  };
}

/** [nodes, nodes]: dense[target][source] counts the edges. */
export function dense(
  nodes: number,
  edges: Iterable<readonly [source: number, target: number]>,
): number[][] {
  const adjacency = Array.from({ length: nodes }, () => new Array<number>(nodes).fill(0));
  for (const [source, target] of edges) adjacency[target]![source]!++;
  return adjacency;
}

/** The [neighbour, row] of every entry, in order. */
export function* entries(
  graph: { rowPtr: Uint32Array; colIdx: Uint32Array },
): Generator<[neighbour: number, row: number]> {
  for (let row = 0; row + 1 < graph.rowPtr.length; row++) {
    for (let e = graph.rowPtr[row]!; e < graph.rowPtr[row + 1]!; e++) {
      yield [graph.colIdx[e]!, row];
    }
  }
}

export function row(matrix: Matrix, i: number): number[] {
  return [...matrix.data.subarray(i * matrix.cols, (i + 1) * matrix.cols)];
}
