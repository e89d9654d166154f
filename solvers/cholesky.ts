/** Solves A x = b for symmetric positive definite A, by A = L Lᵀ in float64. */

/** Numbers that are read by their places. */
type Row = ArrayLike<number>;

/** x, or undefined where A is not positive definite (or holds no numbers). Only A's lower half is read. */
export function solvePositiveDefinite(
  matrix: readonly Row[],
  right: Row,
): number[] | undefined {
  const lower = choleskyFactor(matrix);
  return lower && solveFactored(lower, right);
}

/** L, or undefined where A is not positive definite (or holds no numbers). Only A's lower half is read. */
export function choleskyFactor(matrix: readonly Row[]): number[][] | undefined {
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
  return lower;
}

/** x of L Lᵀ x = b. */
export function solveFactored(lower: readonly Row[], right: Row): number[] {
  return backward(lower, forward(lower, right));
}

/** L y = b. */
function forward(lower: readonly Row[], right: Row): number[] {
  const y: number[] = [];
  lower.forEach((row, i) => {
    const known = y.reduce((sum, value, k) => sum + row[k]! * value, 0);
    y.push((right[i]! - known) / row[i]!);
  });
  return y;
}

/** Lᵀ x = y. */
function backward(lower: readonly Row[], y: readonly number[]): number[] {
  const x = [...y];
  for (let i = x.length - 1; i >= 0; i--) {
    for (let k = i + 1; k < x.length; k++) x[i]! -= lower[k]![i]! * x[k]!;
    x[i]! /= lower[i]![i]!;
  }
  return x;
}
