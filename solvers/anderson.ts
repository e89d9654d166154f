/**
 * Anderson acceleration: of the last m evaluations, with residuals rᵢ = f(zᵢ) - zᵢ,
 *
 *     α = argmin ‖Σ αᵢ rᵢ‖²  with  Σ αᵢ = 1,      z ← Σ αᵢ (zᵢ + β rᵢ) = Σ αᵢ (f(zᵢ) - (1 - β) rᵢ)
 *
 * so that α is (G + ridge)⁻¹ 1, scaled to the sum 1, with the Gram matrix G of the residuals.
 */
import { combine } from "../kernels/combine.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { solvePositiveDefinite } from "./cholesky.ts";
import { checkDamping, checkMemory, historyOf, type Iteration, type Method } from "./method.ts";

/** Options of Anderson acceleration. */
export interface AndersonOptions {
  /** m, evaluations mixed; default 5. The history is 2 m tensors of z's shape. */
  readonly memory?: number;
  /** Added to the Gram matrix: this share of each entry of its diagonal; default 1e-4. */
  readonly ridge?: number;
  /** β, how far to go along the mixed residual; default 1. */
  readonly damping?: number;
}

/** Mixes the last evaluations so that their residuals cancel as far as they can. */
export function anderson({ memory = 5, ridge = 1e-4, damping = 1 }: AndersonOptions = {}): Method {
  checkMemory(memory);
  checkDamping(damping);
  if (!(ridge >= 0 && ridge < Infinity)) {
    throw new RangeError(`Cannot add a ridge of ${ridge}: expected 0 or more`);
  }
  return {
    name: "anderson",
    checkEvery: 1,
    begin: (z) => new Anderson(z, memory, ridge, damping),
  };
}

/** Where the coefficients of a step's two combinations begin: of the residual, then of z. */
const RESIDUAL = 0;
const MIX = 3;

class Anderson implements Iteration {
  readonly #memory: number;
  readonly #ridge: number;
  readonly #damping: number;
  readonly historySize: number;
  readonly mostCoefficients: number;
  /** f(zᵢ), then rᵢ; step k overwrites slot k mod m of both. */
  readonly #evaluations: Tensor[] & Disposable;
  readonly #gram: number[][];
  #steps = 0;

  constructor(z: Tensor, memory: number, ridge: number, damping: number) {
    this.#memory = memory;
    this.#ridge = ridge;
    this.#damping = damping;
    this.historySize = memory - 1;
    this.mostCoefficients = MIX + 1 + 2 * memory;
    this.#evaluations = historyOf(z, 2 * memory);
    this.#gram = Array.from({ length: memory }, () => []);
  }

  get history(): Tensor[] {
    return this.#older.map((slot) => this.#residual(slot));
  }

  coefficients(squaredNorm: number, products: readonly number[]): number[] {
    const slot = this.#slot;
    this.#gram[slot]![slot] = squaredNorm;
    this.#older.forEach((other, k) => {
      this.#gram[slot]![other] = this.#gram[other]![slot] = products[k]!;
    });
    const slots = [...this.#older, slot];
    const gram = slots.map((i) => slots.map((j) => this.#gram[i]![j]!));
    const weights = mixingWeights(gram, this.#ridge);
    const undamped = weights.map((weight) => (this.#damping - 1) * weight);
    return [...[0, 1, -1], ...[0, ...weights, ...undamped]];
  }

  advance(z: Tensor, fz: Tensor, coefficients: Tensor): void {
    const slot = this.#slot;
    combine(this.#residual(slot), [fz, z], coefficients, RESIDUAL);
    z.gpu.copy(fz, this.#value(slot));
    const slots = [...this.#older, slot];
    const values = slots.map((i) => this.#value(i));
    const residuals = this.#damping === 1 ? [] : slots.map((i) => this.#residual(i));
    combine(z, [...values, ...residuals], coefficients, MIX);
    this.#steps++;
  }

  [Symbol.dispose](): void {
    this.#evaluations[Symbol.dispose]();
  }

  /** The slot that keeps this step's evaluation. */
  get #slot(): number {
    return this.#steps % this.#memory;
  }

  /** The slots of the older evaluations that it is mixed with. */
  get #older(): number[] {
    const filled = Math.min(this.#steps, this.#memory);
    return Array.from({ length: filled }, (_, k) => k).filter((k) => k !== this.#slot);
  }

  #value(slot: number): Tensor {
    return this.#evaluations[slot]!;
  }

  #residual(slot: number): Tensor {
    return this.#evaluations[this.#memory + slot]!;
  }
}

/**
 * α of the residuals with this Gram matrix, the newest last. The ridge is relative to each residual's
 * own length: one in absolute terms, or in terms of the longest, would outweigh all others near the
 * solution, and the iteration would stall. Residuals that cannot be told apart leave the plain step.
 */
export function mixingWeights(gram: readonly (readonly number[])[], ridge: number): number[] {
  const ridged = gram.map((row, i) => row.map((value, j) => i === j ? value * (1 + ridge) : value));
  const weights = solvePositiveDefinite(ridged, gram.map(() => 1)) ?? [];
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const mixed = weights.map((weight) => weight / total);
  if (mixed.length > 0 && mixed.every(Number.isFinite)) return mixed;
  return gram.map((_, i) => Number(i === gram.length - 1));
}
