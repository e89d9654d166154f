/** Solves A x = b for small symmetric positive definite A, by A = L Lᵀ in float64. */

/** x, or undefined where A is not positive definite (or holds no numbers). Only A's lower half is read. */
export function solvePositiveDefinite(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
): number[] | undefined {
  const lower: number[][] = [];
  for (const [i, row] of matrix.entries()) {
    lower.push([]);
    for (let j = 0; j <= i; j++) {
      let rest = row[j]!;
      for (let k = 0; k < j; k++) rest -= lower[i]![k]! * lower[j]![k]!;
      if (i === j && !(rest > 0 && rest < Infinity)) return undefined;
      lower[i]!.push(i === j ? Math.sqrt(rest) : rest / lower[j]![j]!);
    }
  }
  return backward(lower, forward(lower, right));
}

/** L y = b. */
function forward(lower: readonly number[][], right: readonly number[]): number[] {
  const y: number[] = [];
  lower.forEach((row, i) => {
    const known = y.reduce((sum, value, k) => sum + row[k]! * value, 0);
    y.push((right[i]! - known) / row[i]!);
  });
  return y;
}

/** Lᵀ x = y. */
function backward(lower: readonly number[][], y: readonly number[]): number[] {
  const x = [...y];
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++) x[i]! -= lower[k]![i]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  return x;
}
