/** Keys of the dropout masks: counters through a hash, so that a mask is never stored. */

/**
 * Independent masks of a step: 0 for the channels of all layers, 1 before the head, 2 for edges, 3 for a
 * model's input.
 */
export const STREAMS = 4;

/**
 * [STREAMS] keys of a step; the kernel hashes node and channel into them. A second pass of the same step
 * has keys of its own.
 */
export function dropoutKeys(seed: number, step: number, pass = 0): Uint32Array {
  const key = (stream: number) => pcg(pass * STREAMS + stream + pcg(step + pcg(seed)));
  return Uint32Array.from({ length: STREAMS }, (_, stream) => key(stream));
}

/** PCG's output permutation as a hash of 32 bits (Jarzynski and Olano 2020), as in norm_act.wgsl. */
function pcg(value: number): number {
  const state = (Math.imul(value, 747796405) + 2891336453) >>> 0;
  const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0;
  return ((word >>> 22) ^ word) >>> 0;
}
