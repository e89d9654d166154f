/**
 * Solves A X = B for a symmetric positive definite A by Cholesky's A = L Lᵀ, in float64: systems of
 * thousands of rows and many right sides, in place, unlike the small ones of solvers/cholesky.ts.
 */

/**
 * Returns X, in place of B [n, cols]; A [n, n], of which only the lower triangle is read, becomes L. Throws a
 * RangeError if A is not positive definite.
 */
export function solveByCholesky(
  a: Float64Array,
  n: number,
  b: Float64Array,
): Float64Array {
  factorise(a, n);
  const cols = b.length / n;
  for (let i = 0; i < n; i++) { // L Z = B
    for (let k = 0; k < i; k++) subtractRow(b, i, k, a[i * n + k]!, cols);
    for (let c = 0; c < cols; c++) b[i * cols + c]! /= a[i * n + i]!;
  }
  for (let i = n - 1; i >= 0; i--) { // Lᵀ X = Z
    for (let c = 0; c < cols; c++) b[i * cols + c]! /= a[i * n + i]!;
    for (let k = 0; k < i; k++) subtractRow(b, k, i, a[i * n + k]!, cols);
  }
  return b;
}

/** b[to, :] −= factor · b[from, :] */
function subtractRow(b: Float64Array, to: number, from: number, factor: number, cols: number) {
  for (let c = 0; c < cols; c++) b[to * cols + c]! -= factor * b[from * cols + c]!;
}

function factorise(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j]!;
      for (let k = 0; k < j; k++) sum -= a[i * n + k]! * a[j * n + k]!;
      if (j < i) a[i * n + j] = sum / a[j * n + j]!;
      else if (sum > 0) a[i * n + i] = Math.sqrt(sum);
      else throw new RangeError(`Cannot factorise a matrix as it is singular at row ${i}`);
    }
  }
}
