/**
 * Broyden's ("good") method for f(z) - z = 0, the first Jacobian taken as -I. With r = f(z) - z and the
 * steps s₀ … sₙ₋₁ taken so far, the inverse after n rank-one updates is a product of n factors, each made of
 * two consecutive steps (Kelley, Iterative Methods for Linear and Nonlinear Equations, §7.3), so that
 *
 *     q₀ = r,   qⱼ₊₁ = qⱼ + cⱼ sⱼ₊₁   with  cⱼ = sⱼ·qⱼ / ‖sⱼ‖²,      sₙ = qₙ₋₁ / (1 - cₙ₋₁)
 *
 * keeps n tensors where the usual form keeps 2 n. All cⱼ follow from sⱼ·r and the Gram matrix of the steps.
 */
import { combine } from "../kernels/combine.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { checkMemory, historyOf, type Iteration, type Method } from "./method.ts";

/** Options of Broyden's method. */
export interface BroydenOptions {
  /** Steps kept, each a tensor of z's shape, before a restart without them; default 10. */
  readonly memory?: number;
}

/** Quasi-Newton steps, from an estimate of the inverse Jacobian that the last steps have shaped. */
export function broyden({ memory = 10 }: BroydenOptions = {}): Method {
  checkMemory(memory);
  return { name: "broyden", checkEvery: 1, begin: (z) => new Broyden(z, memory) };
}

/** Steps without a new lowest residual after which the estimate is given up. */
const STAGNATION = 8;
/** Where the coefficients of a step's two combinations begin: of z, then of the step itself. */
const MOVE = 0;
const STEP = 2;

class Broyden implements Iteration {
  readonly historySize: number;
  readonly mostCoefficients: number;
  /** s₀ … sₙ₋₁, and their Gram matrix. */
  readonly #steps: Tensor[] & Disposable;
  #gram: number[][] = [];
  #lowest = Infinity;
  #sinceLowest = 0;

  constructor(z: Tensor, memory: number) {
    this.historySize = memory;
    this.mostCoefficients = STEP + 3 + memory;
    this.#steps = historyOf(z, memory);
  }

  get history(): Tensor[] {
    return this.#steps.slice(0, this.#gram.length);
  }

  coefficients(squaredNorm: number, products: readonly number[]): number[] {
    this.#sinceLowest = squaredNorm < this.#lowest ? 0 : this.#sinceLowest + 1;
    this.#lowest = Math.min(this.#lowest, squaredNorm);
    const restart = this.#gram.length === this.#steps.length || this.#sinceLowest >= STAGNATION;
    let step = restart ? undefined : nextStep(this.#gram, squaredNorm, products);
    if (step === undefined) {
      this.#gram = [];
      this.#sinceLowest = 0;
      step = nextStep([], squaredNorm, [])!;
    }
    this.#gram = step.gram;
    return [...[1, 1], ...[0, step.scale, -step.scale, ...step.weights]];
  }

  /** By now the Gram matrix has the row of the recorded step. */
  advance(z: Tensor, fz: Tensor, coefficients: Tensor): void {
    const taken = this.history;
    const step = taken.pop()!;
    combine(step, [fz, z, ...taken], coefficients, STEP);
    combine(z, [step], coefficients, MOVE);
  }

  [Symbol.dispose](): void {
    this.#steps[Symbol.dispose]();
  }
}

/** sₙ = scale · r + Σ weights_j sⱼ, and the Gram matrix of s₀ … sₙ. */
export interface BroydenStep {
  readonly scale: number;
  readonly weights: readonly number[];
  readonly gram: number[][];
}

/** |1 - cₙ₋₁| below which the updated Jacobian counts as singular. */
const SINGULAR = 1e-3;

/** The next step out of ‖r‖² and sⱼ·r, or undefined where the updated Jacobian is singular to rounding. */
export function nextStep(
  gram: readonly (readonly number[])[],
  squaredNorm: number,
  products: readonly number[],
): BroydenStep | undefined {
  const c: number[] = [];
  gram.forEach((row, j) => {
    const product = c.reduce((sum, value, i) => sum + value * gram[i + 1]![j]!, products[j]!);
    c.push(product / row[j]!);
  });
  const last = c.pop() ?? 0;
  const scale = 1 / (1 - last);
  if (!(Math.abs(scale) <= 1 / SINGULAR)) return undefined;
  const weights = gram.length === 0 ? [] : [0, ...c].map((value) => scale * value);
  const mixed = (ofR: number, ofSteps: readonly number[]) =>
    weights.reduce((sum, weight, i) => sum + weight * ofSteps[i]!, scale * ofR);
  const row = products.map((ofR, j) => mixed(ofR, gram[j]!));
  const squared = mixed(mixed(squaredNorm, products), row);
  if (!(squared >= 0)) return undefined;
  return { scale, weights, gram: [...gram.map((old, j) => [...old, row[j]!]), [...row, squared]] };
}
