/** Σ v and Σ v². */

export function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

export function sumOfSquares(values: Float64Array): number {
  return sum(values.map((value) => value ** 2));
}
