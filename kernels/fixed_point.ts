/**
 * Fixed-point numbers, in which a state is added to and subtracted from without rounding: whole multiples
 * of 2⁻¹⁷ as int32, of magnitudes below 2³⁰ steps, which is 8,192. A change that leaves this range puts
 * the range's end in the value's place, for good, which `outsiders` counts. A tensor of them has the
 * format "fixed"; kernels of a state take it as well as floats.
 */
import type { Tensor } from "../gpu/tensor.ts";

/** Steps in one: float32's own spacing between 64 and 128, where the states of a trained hundred layers are. */
export const FIXED_STEPS = 2 ** 17;

/** Steps from 0 at which the range ends: sums of two numbers within it do not wrap. */
export const FIXED_END = 2 ** 30;

/** The override constant FIXED of a kernel's state: the steps in one, or 0 of floats. */
export function fixedSteps(state: Tensor | undefined): number {
  return state?.format === "fixed" ? FIXED_STEPS : 0;
}

/** The values of fixed-point numbers that were read from a device as if they were floats. */
export function fixedValues(words: Float32Array): Float64Array {
  const steps = new Int32Array(words.buffer, words.byteOffset, words.length);
  return Float64Array.from(steps, (step) => step / FIXED_STEPS);
}
