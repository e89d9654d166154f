/** Fixed-point iteration: z ← (1 - τ) z + τ f(z). */
import { combine } from "../kernels/combine.ts";
import { checkDamping, type Method } from "./method.ts";

/** Options of fixed-point iteration. */
export interface FixedPointOptions {
  /** τ; default 1, the plain iteration. */
  readonly damping?: number;
  /**
   * Steps from one look at the residual to the next; default 1. The other methods look at every step,
   * for the products their next step depends on; here nothing else waits for the device.
   */
  readonly checkEvery?: number;
}

/** Plain or damped iteration: no history, and converges only where f contracts. */
export function fixedPoint({ damping = 1, checkEvery = 1 }: FixedPointOptions = {}): Method {
  checkDamping(damping);
  if (!Number.isInteger(checkEvery) || checkEvery < 1) {
    throw new RangeError(
      `Cannot check every ${checkEvery} steps: expected a whole number from 1 on`,
    );
  }
  const coefficients = [1 - damping, damping];
  return {
    name: "fixed-point",
    checkEvery,
    begin: () => ({
      history: [],
      historySize: 0,
      mostCoefficients: coefficients.length,
      coefficients: () => coefficients,
      advance: (z, fz, coefficients) => {
        // A copy, where it will do, is much cheaper than a launch on software drivers.
        if (damping === 1) z.gpu.copy(fz, z);
        else combine(z, [fz], coefficients, 0);
      },
      [Symbol.dispose]() {},
    }),
  };
}
