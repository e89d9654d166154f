/** Attention scores of nodes: s_ih = scale_i Σ_c x_ihc a_hc. */
import { type Dense, dense, row } from "./matrix.ts";

export interface HeadOptions {
  heads: number;
  /** [N], 1 if absent. */
  scale?: ArrayLike<number> | undefined;
}

/** Scores [N, H] of x [N, H · d] by vectors [1, H · d]. */
export function headScores(x: Dense, vectors: Dense, { heads, scale }: HeadOptions): Dense {
  const scores = dense(x.rows, heads);
  const channels = x.cols / heads;
  for (let i = 0; i < x.rows; i++) {
    for (let c = 0; c < x.cols; c++) {
      const head = Math.floor(c / channels);
      row(scores, i)[head]! += (scale?.[i] ?? 1) * row(x, i)[c]! * vectors.data[c]!;
    }
  }
  return scores;
}

/** dx_ihc = scale_i ds_ih a_hc; da_hc = Σ_i scale_i ds_ih x_ihc. */
export function headScoresBackward(
  x: Dense,
  vectors: Dense,
  dScores: Dense,
  scale?: ArrayLike<number>,
): { dx: Dense; dVectors: Dense } {
  const [dx, dVectors] = [dense(x.rows, x.cols), dense(1, x.cols)];
  const channels = x.cols / dScores.cols;
  for (let i = 0; i < x.rows; i++) {
    for (let c = 0; c < x.cols; c++) {
      const d = (scale?.[i] ?? 1) * row(dScores, i)[Math.floor(c / channels)]!;
      row(dx, i)[c] = d * vectors.data[c]!;
      dVectors.data[c]! += d * row(x, i)[c]!;
    }
  }
  return { dx, dVectors };
}
