/**
 * The steps of a reversible equilibrium (McCallum, Arora and Foster, arXiv:2509.12917), from Y = Z = 0 on:
 *
 *     Y ← (1 − β) Y + β f(Z),   then   Z ← (1 − β) Z + β f(Y),   and so on
 *
 * On the way back each step is undone, Z = (Z' − β f(Y)) / (1 − β), and gone back through meanwhile: the
 * gradient is that of what was computed, converged or not, in the memory of two states and one f. In
 * floats an undoing multiplies what was rounded by 1 / (1 − β). In fixed-point numbers with β = ½ it is
 * exact, for a bit of each number that a step loses and that is kept.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { combine } from "../kernels/combine.ts";
import { addTo, joinColumns } from "../kernels/copy_columns.ts";
import { halfStep, halfStepBack, lostWords } from "../kernels/half_step.ts";
import { disposing } from "./disposing.ts";
import type { EquilibriumCell } from "./equilibrium_cell.ts";
import { type EquilibriumStep, numbers, stepOf, zerosLike } from "./equilibrium_steps.ts";
import { countOutsiders } from "./outsiders.ts";
import type { Pass } from "./pass.ts";

/** How the steps of a reversible equilibrium are taken. */
export interface ReversibleSteps {
  /** Evaluations of f, of Z and of Y in turn. */
  readonly steps: number;
  /** β: ½ of fixed-point numbers. */
  readonly damping: number;
  readonly numbers: "fixed" | "float";
}

/** What the way back needs: 2 ND words, and of fixed-point numbers ND / 32 a step. */
export interface ReversibleStepsSaved extends Disposable {
  /** [nodes, channels]: a view of what is injected. */
  readonly x: Tensor;
  /** Y and Z [nodes, channels] after all steps. */
  readonly states: readonly [Tensor, Tensor];
  /** [steps, words]: the bits that steps of fixed-point numbers lost; none where nothing goes back. */
  readonly bits: Tensor | undefined;
  /** Every step's activations, where the way back is not to make them again. */
  readonly stored: readonly EquilibriumStep[];
}

/** Words between two windows. */
const WINDOW_WORDS = 64;

/** The state that the last step has changed, as floats, and what the way back needs. */
export function takeReversibleSteps(
  cell: EquilibriumCell,
  pass: Pass,
  x: Tensor,
  how: ReversibleSteps,
  keeps: "nothing" | "bits" | "activations",
): { y: Tensor; saved: ReversibleStepsSaved } {
  const { gpu } = x;
  const format = how.numbers;
  const states = [zerosLike(x).as(format), zerosLike(x).as(format)] as const;
  const words = WINDOW_WORDS * Math.max(1, Math.ceil(lostWords(x) / WINDOW_WORDS));
  const kept = keeps === "bits" ? how.steps : 1;
  const bits = format === "fixed" ? gpu.empty(kept, words) : undefined;
  using mix = numbers(gpu, 1 - how.damping, how.damping);
  const stored: EquilibriumStep[] = [];
  for (let step = 0; step < how.steps; step++) {
    const [changed, from] = statesOf(states, step);
    const z = joinColumns([from]);
    const { y, saved } = cell.forward(pass, z, x);
    using f = y;
    if (bits) halfStep(changed, f, bitsOf(bits, keeps === "bits" ? step : 0));
    else combine(changed, [f], mix, 0);
    const taken = stepOf(z, saved);
    if (keeps === "activations") stored.push(taken);
    else taken[Symbol.dispose]();
  }
  countOutsiders(pass, states);
  const last = statesOf(states, how.steps - 1)[0];
  return { y: joinColumns([last]), saved: disposing({ x: x.view(), states, bits, stored }) };
}

/**
 * dx [nodes, channels] through all steps, the last first, from the gradient of the last state. Undoes the
 * saved states up to the first ones, unless activations are stored.
 */
export function takeReversibleStepsBack(
  cell: EquilibriumCell,
  pass: Pass,
  dy: Tensor,
  { steps, damping }: ReversibleSteps,
  { x, states, bits, stored }: ReversibleStepsSaved,
): Tensor {
  const { gpu } = x;
  using taken = numbers(gpu, 0, damping);
  using left = numbers(gpu, 0, (1 - damping) / damping);
  using undone = numbers(gpu, 1 / (1 - damping), -damping / (1 - damping));
  const gradients = [zerosLike(dy), zerosLike(dy)] as const;
  addTo(statesOf(gradients, steps - 1)[0], dy);
  using scaled = gpu.empty(dy.rows, dy.cols);
  const dx = zerosLike(dy);
  for (let step = steps - 1; step >= 0; step--) {
    const [changed, from] = statesOf(states, step);
    const [dChanged, dFrom] = statesOf(gradients, step);
    using made = stored[step] ? undefined : madeAgain(cell, pass, from, x);
    if (made) {
      using f = made.y;
      if (bits) halfStepBack(changed, f, bitsOf(bits, step));
      else combine(changed, [f], undone, 0);
    }
    combine(scaled, [dChanged], taken, 0);
    const of = cell.backward(pass, scaled, (made ?? stored[step]!).cell);
    using dz = of.dz;
    using injected = of.dx;
    // What the changed state keeps of itself, (1 − β) of its gradient.
    combine(dChanged, [scaled], left, 0);
    addTo(dFrom, dz);
    addTo(dx, injected);
  }
  for (const gradient of gradients) gradient[Symbol.dispose]();
  return dx;
}

function madeAgain(cell: EquilibriumCell, pass: Pass, from: Tensor, x: Tensor) {
  const z = joinColumns([from]);
  const { y, saved } = cell.forward(pass, z, x);
  return { ...stepOf(z, saved), y };
}

/** The state that a step changes, and the one that f takes: Y from Z first. */
function statesOf<T>([y, z]: readonly [T, T], step: number): [changed: T, from: T] {
  return step % 2 === 0 ? [y, z] : [z, y];
}

function bitsOf(bits: Tensor, step: number): Tensor {
  return bits.window(4 * bits.stride * step, 1, bits.cols);
}
