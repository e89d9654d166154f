/**
 * Attention over in-edges: a_e = softmax over e = (j→i) of LeakyReLU(s_j + t_i), by heads. Edges that are
 * not kept have a = 0 and no part in the sum.
 */
import type { InEdges } from "./gen_aggregate.ts";
import { type Dense, dense, row } from "./matrix.ts";

const SLOPE = 0.2;

export interface ScoredEdges {
  graph: InEdges;
  /** [N, H] */
  source: Dense;
  /** [N, H], 0 if absent. */
  target?: Dense | undefined;
  /** [M], all 1 if absent. */
  keep?: ArrayLike<number> | undefined;
}

/** Attention [M, H]. */
export function edgeSoftmax(edges: ScoredEdges): Dense {
  const { graph, source, keep } = edges;
  const attention = dense(graph.colIdx.length, source.cols);
  for (let i = 0; i < source.rows; i++) {
    const kept = rowOf(graph, i).filter((e) => keep?.[e] !== 0);
    for (let h = 0; h < source.cols; h++) {
      const scores = kept.map((e) => leakyReLU(sumOf(edges, i, e, h)));
      const highest = Math.max(...scores);
      const powers = scores.map((score) => Math.exp(score - highest));
      const total = powers.reduce((sum, power) => sum + power, 0);
      kept.forEach((e, k) => row(attention, e)[h] = powers[k]! / total);
    }
  }
  return attention;
}

/** d(s_j + t_i) = a_e (da_e − Σ_e' a_e' da_e') LeakyReLU', summed into each edge's ends. */
export function edgeSoftmaxBackward(
  edges: ScoredEdges,
  dAttention: Dense,
): { dSource: Dense; dTarget: Dense } {
  const { graph, source } = edges;
  const attention = edgeSoftmax(edges);
  const [dSource, dTarget] = [1, 2].map(() => dense(source.rows, source.cols));
  for (let i = 0; i < source.rows; i++) {
    const inEdges = rowOf(graph, i);
    for (let h = 0; h < source.cols; h++) {
      const at = (x: Dense, e: number) => row(x, e)[h]!;
      const mean = inEdges.reduce((sum, e) => sum + at(attention, e) * at(dAttention, e), 0);
      for (const e of inEdges) {
        const slope = sumOf(edges, i, e, h) > 0 ? 1 : SLOPE;
        const d = at(attention, e) * (at(dAttention, e) - mean) * slope;
        row(dSource!, graph.colIdx[e]!)[h]! += d;
        row(dTarget!, i)[h]! += d;
      }
    }
  }
  return { dSource: dSource!, dTarget: dTarget! };
}

function leakyReLU(z: number): number {
  return z > 0 ? z : SLOPE * z;
}

/** s_j + t_i of an edge of row i. */
function sumOf({ graph, source, target }: ScoredEdges, i: number, e: number, h: number): number {
  return row(source, graph.colIdx[e]!)[h]! + (target ? row(target, i)[h]! : 0);
}

/** The in-edges of a node. */
function rowOf({ rowPtr }: InEdges, i: number): number[] {
  const [begin, end] = [rowPtr[i]!, rowPtr[i + 1]!];
  return Array.from({ length: end - begin }, (_, k) => begin + k);
}
