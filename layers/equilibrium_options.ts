/** Options of an equilibrium's solver and of its gradient. */
import * as v from "valibot";
import { oneOf, option, real, whole } from "../settings/option.ts";
import type { Given, Resolved } from "../settings/types.ts";

const MEMORY = {
  memory: option(whole({ from: 1, to: 1000 }), 5, {
    flag: "solver-memory",
    help: "steps that anderson or broyden remembers",
  }),
};
const DAMPING = {
  damping: option(real({ above: 0, to: 1 }), 1, {
    flag: "solver-damping",
    help: "how far to go along a step of anderson or fixed-point",
  }),
};

/**
 * The declarations of the solvers of an equilibrium.
 *
 * @internal
 */
export const SOLVER = v.variant("kind", [
  v.strictObject({ kind: v.literal("anderson"), ...MEMORY, ...DAMPING }),
  v.strictObject({ kind: v.literal("broyden"), ...MEMORY }),
  v.strictObject({ kind: v.literal("fixed-point"), ...DAMPING }),
]);

/**
 * The declarations of the ways to an equilibrium's gradient.
 *
 * @internal
 */
export const GRADIENT = v.variant("kind", [
  v.strictObject({
    kind: v.literal("implicit"),
    steps: option(v.nullable(whole({ from: 1 })), null, {
      flag: "adjoint-steps",
      help: "most steps of the implicit gradient's adjoint solve; unless given, the solve's",
    }),
    tolerance: option(v.nullable(real({ from: 0 })), null, {
      flag: "adjoint-tolerance",
      help: "relative residual of the adjoint solve; unless given, the solve's",
    }),
    jacobianWeight: option(real({ from: 0 }), 0, {
      help: "weight of a term ‖∂f/∂z‖² / (N D) that keeps the implicit cell contracting",
    }),
  }),
  v.strictObject({ kind: v.literal("one-step") }),
  v.strictObject({
    kind: v.literal("phantom"),
    steps: option(whole({ from: 1 }), 5, {
      flag: "phantom-steps",
      help: "damped steps that the phantom gradient goes back through",
    }),
    damping: option(real({ above: 0, to: 1 }), 0.5, {
      flag: "phantom-damping",
      help: "damping of phantom steps",
    }),
  }),
  v.strictObject({ kind: v.literal("unrolled") }),
  v.strictObject({
    kind: v.literal("reversible"),
    numbers: option(oneOf(["fixed", "float"]), "fixed", {
      flag: "reversible-numbers",
      help: "numbers of a reversible solve's states: fixed ones are undone to the bit",
    }),
    damping: option(real({ above: 0, below: 1 }), 0.5, {
      flag: "reversible-damping",
      help: "share of f in a step of a reversible solve; of fixed numbers 0.5",
    }),
  }),
]);
/** How an equilibrium model's gradient is found, with what that way is told. */
export type GradientOptions = Resolved<typeof GRADIENT>;

/**
 * How an equilibrium is solved for and differentiated (paper §3.4).
 *
 * @internal
 */
export const EQUILIBRIUM = v.strictObject({
  solver: option(SOLVER, { kind: "anderson" }, { help: "the equilibrium's solver" }),
  maxSteps: option(whole({ from: 1 }), 40, {
    help: "most steps of a solve; with the gradient unrolled or reversible, all of them",
  }),
  tolerance: option(real({ from: 0 }), 1e-3, { help: "relative residual that ends a solve" }),
  gradient: option(GRADIENT, { kind: "implicit" }, {
    help: "how the equilibrium is differentiated",
  }),
});
/** Options of an equilibrium model's solver and gradient as they are given. */
export type EquilibriumGiven = Given<typeof EQUILIBRIUM>;
/** All options of an equilibrium model's solver and gradient. */
export type EquilibriumOptions = Resolved<typeof EQUILIBRIUM>;
export type SolverGiven = EquilibriumGiven["solver"];
/** The name of a solver. */
export type SolverKind = EquilibriumOptions["solver"]["kind"];
/** The names of all solvers. */
export const SOLVERS: readonly SolverKind[] = ["anderson", "broyden", "fixed-point"];

/** Most steps and the residual of the adjoint solve; undefined where the gradient has none. */
export function adjointOf(
  { gradient, maxSteps, tolerance }: EquilibriumOptions,
): { readonly maxSteps: number; readonly tolerance: number } | undefined {
  if (gradient.kind !== "implicit") return undefined;
  return { maxSteps: gradient.steps ?? maxSteps, tolerance: gradient.tolerance ?? tolerance };
}
