/** How an equilibrium is solved for and differentiated, as rows and flags carry it. */

export const METHODS = ["anderson", "broyden", "fixed-point"] as const;
export const GRADIENTS = ["implicit", "one-step", "phantom", "unrolled"] as const;

export interface EquilibriumOptions {
  /** Default "anderson". With the unrolled gradient nothing is solved: it takes none of a solver's options. */
  readonly method?: typeof METHODS[number];
  /**
   * Steps Anderson's or Broyden's method remembers; default 5. The history takes twice as many states,
   * Broyden's as many.
   */
  readonly memory?: number;
  /** How far to go along a step of Anderson's method or plain iteration; default 1. */
  readonly damping?: number;
  /** Steps at most; default 40. Of the unrolled gradient, all of them. */
  readonly maxSteps?: number;
  /** The relative residual that is small enough; default 1e-3. */
  readonly tolerance?: number;
  /** Default "implicit". */
  readonly gradient?: typeof GRADIENTS[number];
  /** Steps and residual of the implicit gradient's adjoint system; default as above. */
  readonly adjointSteps?: number;
  readonly adjointTolerance?: number;
  /** Steps the phantom gradient passes, default 5, and how far each goes, default 0.5. */
  readonly phantomSteps?: number;
  readonly phantomDamping?: number;
  /** γ of a term γ ‖J‖² / (N D) that keeps f contracting; default 0. Of the implicit gradient. */
  readonly jacobianWeight?: number;
}

/** All options, checked: a RangeError where one is out of range, or given although nothing would read it. */
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
  checkRead(options, all);
  return all;
}

/** A row that records an option must not differ in it alone from a run without. */
function checkRead(
  given: EquilibriumOptions,
  { method, gradient }: Required<Pick<EquilibriumOptions, "method" | "gradient">>,
): void {
  const refuse = (names: readonly (keyof EquilibriumOptions)[], sentence: string) => {
    if (names.some((name) => given[name] !== undefined)) throw new RangeError(sentence);
  };
  if (gradient === "unrolled") {
    refuse(
      ["method", "memory", "damping", "tolerance"],
      "Cannot choose a solver with the gradient unrolled: it takes all of its steps, solving nothing",
    );
  }
  if (method === "broyden") {
    refuse(
      ["damping"],
      "Cannot damp Broyden's steps: only anderson and fixed-point take a damping",
    );
  }
  if (method === "fixed-point") {
    refuse(
      ["memory"],
      "Cannot remember steps of fixed-point iteration: only anderson and broyden have a memory",
    );
  }
  if (gradient !== "implicit") {
    refuse(
      ["adjointSteps", "adjointTolerance"],
      `Cannot solve an adjoint system with the gradient ${gradient}: only implicit has one`,
    );
  }
  if (gradient !== "phantom") {
    refuse(
      ["phantomSteps", "phantomDamping"],
      `Cannot take phantom steps with the gradient ${gradient}: only phantom passes any`,
    );
  }
}

function check(name: string, known: readonly string[], value: string): void {
  if (known.includes(value)) return;
  throw new RangeError(`Cannot solve with ${name} "${value}": known are ${known.join(", ")}`);
}
