/** The weighted mean of several models' predictions. */
import type { Matrix } from "../../graphs/graph.ts";
import { zeros } from "../../graphs/matrix.ts";

/** Σᵢ wᵢ Xᵢ / Σᵢ wᵢ of matrices of one shape, summed in float64 in their order. */
export function weightedMean(matrices: readonly Matrix[], weights: readonly number[]): Matrix {
  const { rows, cols } = matrices[0]!;
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  const mean = zeros(rows, cols);
  for (let at = 0; at < mean.data.length; at++) {
    let sum = 0;
    for (const [i, { data }] of matrices.entries()) sum += weights[i]! * data[at]!;
    mean.data[at] = sum / all;
  }
  return mean;
}
