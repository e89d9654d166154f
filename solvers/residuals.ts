/** Follows the residuals of a solve, and tells when and how it ends. */
import type { Tensor } from "../gpu/tensor.ts";
import type { SolveOptions } from "./options.ts";

/** How a solve ended. */
export type Status =
  /** The residual is within the tolerance. */
  | "converged"
  /** It is still above the tolerance, and the steps are used up. */
  | "max_steps"
  /** It is infinite or NaN, or has grown past the given factor. */
  | "diverged";

/** What `solve` found, and how it got there. */
export interface Solution {
  /** The iterate of the lowest residual seen; the caller's to dispose of. */
  readonly z: Tensor;
  /** How the solve ended. */
  readonly status: Status;
  /** Steps taken from z0: 0 where z0 solves the system already. */
  readonly steps: number;
  /** The residual of `z`; infinite where not even z0 had a finite one. */
  readonly residual: number;
  /**
   * Residuals of z0, then of the iterate after every step (every `checkEvery` steps); infinite, never NaN.
   */
  readonly residuals: readonly number[];
}

/** Keeps relative residuals finite around z = 0. */
const EPSILON = 1e-8;

/** The residuals seen so far. */
export class Residuals {
  readonly #settings: Omit<Required<SolveOptions>, "method" | "maxSteps">;
  readonly #residuals: number[] = [];
  #lowest = Infinity;
  #norm = Infinity;
  #lowestNorm = Infinity;

  constructor(settings: Omit<Required<SolveOptions>, "method" | "maxSteps">) {
    this.#settings = settings;
  }

  /** Records ‖f(z) - z‖² and ‖f(z)‖²; returns whether the residual is the lowest so far. */
  note(squaredNorm: number, squaredScale: number): boolean {
    const finite = Number.isFinite(squaredNorm) && Number.isFinite(squaredScale);
    this.#norm = finite ? Math.sqrt(squaredNorm) : Infinity;
    this.#lowestNorm = Math.min(this.#lowestNorm, this.#norm);
    const scale = this.#settings.relative ? Math.sqrt(squaredScale) + EPSILON : 1;
    const residual = finite ? this.#norm / scale : Infinity;
    this.#residuals.push(residual);
    const improved = residual < this.#lowest;
    if (improved) this.#lowest = residual;
    return improved;
  }

  /** Whether the last residual ends the solve. */
  get status(): Status | undefined {
    if (this.#residuals.at(-1)! <= this.#settings.tolerance) return "converged";
    const diverged = this.#norm === Infinity ||
      this.#norm > this.#settings.growth * this.#lowestNorm;
    return diverged ? "diverged" : undefined;
  }

  get result(): Pick<Solution, "residual" | "residuals"> {
    return { residual: this.#lowest, residuals: this.#residuals };
  }
}
