/** Every tolerance of the tests, with its reason. Compare as `!(error <= TOLERANCE)`: NaN fails. */

/** Central differences in float64 with step 1e-5: truncation 1e-10, cancellation 1e-11, times slack. */
export const FINITE_DIFFERENCE = 1e-6;

/** The same arithmetic in float64, in another order or language. */
export const FLOAT64 = 1e-12;

/** One kernel in float32 against float64: a few hundred roundings of 6e-8, relative to the largest. */
export const KERNEL = 2e-5;

/** A whole model's gradients in float32, rebuilt or by another program: a bound set in advance. */
export const MODEL = 1e-4;

/**
 * Weights near 1 after steps of up to 1e-2 by gradients that are given: a dozen roundings. Not by
 * gradients of two programs: Adam divides each by its own size, and so the sign of a rounding can be as
 * much as a whole step.
 */
export const OPTIMISER = 1e-6;

/**
 * What rebuilding costs a layer, at any depth: first state and gradients drift by up to 9e-7 of their
 * largest value (measured in 112 and 1001 layers, 8 and 16 channels, three seeds each), times slack. Of
 * gradients where no drifted neighbour overtakes another in a maximum, and no ReLU's input changes its
 * sign: a single one that does has been seen to move them by 3e-3.
 */
export const DRIFT_PER_LAYER = 5e-6;

/** What is planned of parts before they are drawn, against the parts: a few deviations of their edges. */
export const PLANNED_PEAK = 0.05;

/** Resident memory against the ledger: a bound set in advance; drivers round allocations up. */
export const RESIDENT = 0.25;

/** A solution of a tolerance of 1e-6, and a residual measured again elsewhere: roundings, times slack. */
export const SOLVER = 1e-5;

/**
 * A fixed point in float32 and its gradient: a bound set in advance. Solved to a residual of 1e-6, which
 * a contraction by ρ turns into an error of 1e-6 / (1 − ρ), once in the state and once in the adjoint.
 */
export const EQUILIBRIUM = 1e-3;

/** A state in steps of 2⁻¹⁷, halved and so rounded down a dozen times: 1e-5 each, of values near 1. */
export const ROUNDED_STATE = 1e-4;

/** A reversible solve's gradients in floats against stored steps' ones: a bound set in advance. */
export const UNROLLED = 1e-5;

/** A rounding in float32, of values near 1. */
export const ROUNDING = 1e-7;

/**
 * How near to a whole number of steps, of up to 255 and a draw, floats may go the other way: a few roundings
 * of 255 · 2⁻²⁴.
 */
export const ROUNDING_MARGIN = 1e-4;

/**
 * A browser's losses against the task's, which ran on another driver. On one driver they are equal to the
 * bit; llvmpipe and SwiftShader differ in the last bits of sums and roots: 3e-8 after three epochs.
 */
export const TAB_LOSS = 1e-5;
