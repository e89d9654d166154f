/** The options of `solve`, and their defaults. */
import { anderson } from "./anderson.ts";
import type { Method } from "./method.ts";

/** Options of `solve` besides the map and its start. */
export interface SolveOptions {
  /** Default `anderson()`. */
  readonly method?: Method;
  /** The most steps, each one evaluation of f after the one of z0; default 40. */
  readonly maxSteps?: number;
  /** The residual at which z counts as solved; default 1e-3. */
  readonly tolerance?: number;
  /** Whether the residual is ‖f(z) - z‖ / (‖f(z)‖ + 1e-8), the default, or ‖f(z) - z‖ alone. */
  readonly relative?: boolean;
  /** A solve counts as diverged once ‖f(z) - z‖ is this many times its lowest value; default 1000. */
  readonly growth?: number;
}

/** Fills in defaults and checks all options. */
export function withDefaults(options: SolveOptions): Required<SolveOptions> {
  const settings = {
    method: options.method ?? anderson(),
    maxSteps: options.maxSteps ?? 40,
    tolerance: options.tolerance ?? 1e-3,
    relative: options.relative ?? true,
    growth: options.growth ?? 1000,
  };
  const { maxSteps, tolerance, growth } = settings;
  if (!Number.isInteger(maxSteps) || maxSteps < 0) {
    throw new RangeError(`Cannot take ${maxSteps} steps: expected a whole number from 0 on`);
  }
  if (!(tolerance >= 0 && tolerance < Infinity)) {
    throw new RangeError(`Cannot solve to a residual of ${tolerance}: expected 0 or more`);
  }
  if (!(growth > 1)) {
    throw new RangeError(`Cannot call growth by ${growth} divergence: expected a factor above 1`);
  }
  return settings;
}
