/** A normalised sum over neighbours: out_i = target_i Σ_{e = (j→i)} w_e source_j x_j + self_i x_i. */
import type { InEdges } from "./gen_aggregate.ts";
import { type Dense, dense, row } from "./matrix.ts";

/** [N] each. */
export interface DegreeScales {
  target: ArrayLike<number>;
  source: ArrayLike<number>;
  self: ArrayLike<number>;
}

/** Aggregates x [N, d]; weights [edges] are 1 unless given. */
export function spmm(
  graph: InEdges,
  x: Dense,
  scales: DegreeScales,
  weights?: ArrayLike<number>,
): Dense {
  const out = dense(x.rows, x.cols);
  for (let i = 0; i < x.rows; i++) {
    const [xi, outi] = [row(x, i), row(out, i)];
    for (let c = 0; c < x.cols; c++) outi[c] = scales.self[i]! * xi[c]!;
    for (let e = graph.rowPtr[i]!; e < graph.rowPtr[i + 1]!; e++) {
      const j = graph.colIdx[e]!;
      const weight = (weights?.[e] ?? 1) * scales.target[i]! * scales.source[j]!;
      for (let c = 0; c < x.cols; c++) outi[c]! += weight * row(x, j)[c]!;
    }
  }
  return out;
}

/** dx_i gets self_i dy_i; each edge e = (j→i) passes w_e target_i source_j dy_i on to x_j. */
export function spmmBackward(
  graph: InEdges,
  dy: Dense,
  scales: DegreeScales,
  weights?: ArrayLike<number>,
): Dense {
  const dx = dense(dy.rows, dy.cols);
  for (let i = 0; i < dy.rows; i++) {
    const dyi = row(dy, i);
    for (let c = 0; c < dy.cols; c++) row(dx, i)[c]! += scales.self[i]! * dyi[c]!;
    for (let e = graph.rowPtr[i]!; e < graph.rowPtr[i + 1]!; e++) {
      const j = graph.colIdx[e]!;
      const weight = (weights?.[e] ?? 1) * scales.target[i]! * scales.source[j]!;
      for (let c = 0; c < dy.cols; c++) row(dx, j)[c]! += weight * dyi[c]!;
    }
  }
  return dx;
}
