/**
 * Two edge encoders as one: E[f, :] = Σ_k outer[f, k] inner[k, :], and inner's bias, its last row D,
 * is added to E's: E[F, :] = Σ_k outer[F, k] inner[k, :] + inner[D, :].
 */
import { type Dense, dense, row } from "./matrix.ts";

/** Composes outer [F + 1, D] and inner [D + 1, d] to [F + 1, d]. */
export function compose(outer: Dense, inner: Dense): Dense {
  const encoder = dense(outer.rows, inner.cols);
  for (let f = 0; f < outer.rows; f++) {
    const composed = row(encoder, f);
    if (f === outer.rows - 1) composed.set(row(inner, outer.cols));
    for (let k = 0; k < outer.cols; k++) {
      const [factor, weights] = [row(outer, f)[k]!, row(inner, k)];
      for (let c = 0; c < inner.cols; c++) composed[c]! += factor * weights[c]!;
    }
  }
  return encoder;
}

/** dOuter[f, k] = Σ_c dE[f, c] inner[k, c]; dInner[k, c] = Σ_f outer[f, k] dE[f, c]. */
export function composeBackward(
  outer: Dense,
  inner: Dense,
  dEncoder: Dense,
): { dOuter: Dense; dInner: Dense } {
  const dOuter = dense(outer.rows, outer.cols);
  const dInner = dense(inner.rows, inner.cols);
  for (let f = 0; f < outer.rows; f++) {
    for (let c = 0; c < inner.cols; c++) {
      const slope = row(dEncoder, f)[c]!;
      for (let k = 0; k < outer.cols; k++) {
        row(dOuter, f)[k]! += slope * row(inner, k)[c]!;
        row(dInner, k)[c]! += slope * row(outer, f)[k]!;
      }
      if (f === outer.rows - 1) row(dInner, outer.cols)[c]! += slope;
    }
  }
  return { dOuter, dInner };
}
