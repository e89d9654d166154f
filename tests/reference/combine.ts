/** y = c₀ y + Σ_k c_k x_k. */
import { add, type Dense } from "./matrix.ts";

export function combine(y: Dense, tensors: readonly Dense[], c: ArrayLike<number>): Dense {
  return tensors.reduce((sum, x, k) => add(sum, scaled(x, c[k + 1]!)), scaled(y, c[0]!));
}

function scaled(x: Dense, factor: number): Dense {
  return { ...x, data: x.data.map((value) => factor * value) };
}
