/** y[i, o] = Σ_k x[i, k] weight[k, o] + weight[K, o]: the last row of the weight is the bias, if any. */
import { type Dense, dense, row } from "./matrix.ts";

/** Maps x [N, K] by weight [K + 1, O], or [K, O] without a bias, to [N, O]. */
export function linear(x: Dense, weight: Dense): Dense {
  const y = dense(x.rows, weight.cols);
  for (let i = 0; i < x.rows; i++) {
    const [xi, yi] = [row(x, i), row(y, i)];
    if (weight.rows > x.cols) yi.set(row(weight, x.cols));
    for (let k = 0; k < x.cols; k++) {
      const wk = row(weight, k);
      for (let o = 0; o < weight.cols; o++) yi[o]! += xi[k]! * wk[o]!;
    }
  }
  return y;
}

/** dx = dy Wᵀ; dWeight = [xᵀ dy; Σ_i dy[i, :]]. */
export function linearBackward(
  x: Dense,
  weight: Dense,
  dy: Dense,
): { dx: Dense; dWeight: Dense } {
  const dx = dense(x.rows, x.cols);
  const dWeight = dense(weight.rows, weight.cols);
  for (let i = 0; i < x.rows; i++) {
    const [xi, dxi, dyi] = [row(x, i), row(dx, i), row(dy, i)];
    for (let k = 0; k < x.cols; k++) {
      const [wk, dwk] = [row(weight, k), row(dWeight, k)];
      for (let o = 0; o < weight.cols; o++) {
        dxi[k]! += dyi[o]! * wk[o]!;
        dwk[o]! += dyi[o]! * xi[k]!;
      }
    }
    if (weight.rows === x.cols) continue;
    const dBias = row(dWeight, x.cols);
    for (let o = 0; o < weight.cols; o++) dBias[o]! += dyi[o]!;
  }
  return { dx, dWeight };
}
