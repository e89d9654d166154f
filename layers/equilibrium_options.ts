/** How an equilibrium is solved for and differentiated, as rows and flags carry it. */

export const METHODS = ["anderson", "broyden", "fixed-point"] as const;
export const GRADIENTS = ["implicit", "one-step", "phantom", "unrolled"] as const;

export interface EquilibriumOptions {
  /** Default "anderson". */
  readonly method?: typeof METHODS[number];
  /** Steps the method remembers; default 5. The history takes twice as many states, Broyden's as many. */
  readonly memory?: number;
  /** How far to go along a step; default 1. Not Broyden's. */
  readonly damping?: number;
  /** Steps at most; default 40. Of the unrolled gradient, all of them. */
  readonly maxSteps?: number;
  /** The relative residual that is small enough; default 1e-3. */
  readonly tolerance?: number;
  /** Default "implicit". */
  readonly gradient?: typeof GRADIENTS[number];
  /** Steps and residual of the adjoint system; default as above. */
  readonly adjointSteps?: number;
  readonly adjointTolerance?: number;
  /** Steps the phantom gradient passes, default 5, and how far each goes, default 0.5. */
  readonly phantomSteps?: number;
  readonly phantomDamping?: number;
  /** γ of a term γ ‖J‖² / (N D) that keeps f contracting; default 0. Of the implicit gradient. */
  readonly jacobianWeight?: number;
}

/** All options, checked. */
export function withDefaults(options: EquilibriumOptions): Required<EquilibriumOptions> {
  const { maxSteps = 40, tolerance = 1e-3, gradient = "implicit" } = options;
  const all = {
    method: "anderson",
    memory: 5,
    damping: 1,
    maxSteps,
    tolerance,
    gradient,
    adjointSteps: maxSteps,
    adjointTolerance: tolerance,
    phantomSteps: 5,
    phantomDamping: 0.5,
    jacobianWeight: 0,
    ...options,
  } as const;
  check("method", METHODS, all.method);
  check("gradient", GRADIENTS, all.gradient);
  for (const name of ["maxSteps", "adjointSteps", "phantomSteps", "memory"] as const) {
    if (Number.isInteger(all[name]) && all[name] >= 1) continue;
    throw new RangeError(`Cannot solve with ${name} ${all[name]}: expected a whole number from 1`);
  }
  for (const name of ["tolerance", "adjointTolerance", "jacobianWeight"] as const) {
    if (all[name] >= 0 && all[name] < Infinity) continue;
    throw new RangeError(`Cannot solve with ${name} ${all[name]}: expected 0 or more`);
  }
  for (const name of ["damping", "phantomDamping"] as const) {
    if (all[name] > 0 && all[name] <= 1) continue;
    throw new RangeError(`Cannot solve with ${name} ${all[name]}: expected above 0 and at most 1`);
  }
  if (all.jacobianWeight > 0 && gradient !== "implicit") {
    throw new RangeError(
      `Cannot weigh the Jacobian with the gradient ${gradient}: only implicit takes it`,
    );
  }
  return all;
}

function check(name: string, known: readonly string[], value: string): void {
  if (known.includes(value)) return;
  throw new RangeError(`Cannot solve with ${name} "${value}": known are ${known.join(", ")}`);
}
