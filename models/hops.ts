/** How many hops away the inputs are that a model's predictions of a node depend on. */
import type { ModelOptions } from "./options.ts";

/** An equilibrium model's cell has two convolutions. */
const CELL = 2;
/** A RevGAT's first and last layer are not reversible. */
const OUTER = 2;

/**
 * The most hops that a model's nodes see, each convolution being one, whatever its weights. A layer of
 * groups is as many, since each group hears what the one before has just heard.
 */
export function hopsOf({ kind, layers, groups, convolution, equilibrium }: ModelOptions): number {
  if (convolution.kind === "linear") return 0;
  switch (kind) {
    case "res-gnn":
      return layers;
    case "rev-gnn":
      return layers * groups;
    case "rev-gat":
      return OUTER + (layers - OUTER) * groups;
    case "deq-gnn":
      return hopsOfSolve(equilibrium!);
  }
}

/**
 * The first evaluation, of a state of zeros, meets the injected inputs in its second convolution alone. A
 * solve evaluates once more than it steps, and its solution is evaluated in the end.
 */
function hopsOfSolve({ gradient, maxSteps }: NonNullable<ModelOptions["equilibrium"]>): number {
  const evaluations = gradient.kind === "unrolled" || gradient.kind === "reversible"
    ? maxSteps
    : maxSteps + 1;
  return CELL * evaluations - 1;
}
