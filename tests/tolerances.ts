/** Every tolerance of the tests, with its reason. Compare as `!(error <= TOLERANCE)`: NaN fails. */

/** Central differences in float64 with step 1e-5: truncation 1e-10, cancellation 1e-11, times slack. */
export const FINITE_DIFFERENCE = 1e-6;

/** One kernel in float32 against float64: a few hundred roundings of 6e-8, relative to the largest. */
export const KERNEL = 2e-5;

/** A whole model's gradients in float32, rebuilt or by another program: the bound. */
export const MODEL = 1e-4;
