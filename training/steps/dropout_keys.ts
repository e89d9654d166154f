/** Keys of the dropout masks: counters through a hash, so that a mask is never stored. */
import { STREAMS } from "../../kernels/dropout.ts";

/** Keys of a step, one a stream. */
export const KEYS = Object.keys(STREAMS).length;

/**
 * [KEYS] keys of a step; the kernel hashes layer, node and channel into them. A second pass of the same
 * step has keys of its own.
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
