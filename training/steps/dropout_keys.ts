/** Keys that dropout masks are drawn from: hashed counters, so that no mask is ever stored. */
import { STREAMS } from "../../kernels/dropout.ts";

/** How many keys a step has: one per stream. */
export const KEYS = Object.keys(STREAMS).length;

/**
 * The [KEYS] keys of a step, into which kernels hash layer, node and channel. Another pass of the same step
 * has other keys.
 */
export function dropoutKeys(seed: number, step: number, pass = 0): Uint32Array {
  const key = (stream: number) => pcg(pass * KEYS + stream + pcg(step + pcg(seed)));
  return Uint32Array.from(Object.values(STREAMS), key);
}

/** PCG's output permutation as a hash of 32 bits (Jarzynski and Olano 2020), as in norm_act.wgsl. */
function pcg(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}
