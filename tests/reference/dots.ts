/** [d·d, a·a, 0, 0, d·x₀, d·x₁, …] with d = a - b. */
import { type Dense, dot } from "./matrix.ts";

export function dots(a: Dense, b: Dense, tensors: readonly Dense[]): Float64Array {
  const d = { ...a, data: a.data.map((value, k) => value - b.data[k]!) };
  return Float64Array.of(dot(d, d), dot(a, a), 0, 0, ...tensors.map((x) => dot(d, x)));
}
