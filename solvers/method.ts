/** The interface of a method of `solve`, which goes from z and f(z) to the next z, in place. */
import type { Tensor } from "../gpu/tensor.ts";

/** A method as a value; `begin` makes the memory of one solve. */
export interface Method {
  /** What the method is called in options and rows. */
  readonly name: "fixed-point" | "anderson" | "broyden";
  /** Steps from one look at the residual to the next; each look waits for the device. */
  readonly checkEvery: number;
  /** Starts a solve from z; the history that it keeps is freed with the iteration. */
  begin(z: Tensor): Iteration;
}

/** One solve by a method, and its history: tensors of z's shape, allocated once. */
export interface Iteration extends Disposable {
  /** The tensors of the history whose products with f(z) - z choose the next step. */
  readonly history: readonly Tensor[];
  /** The most tensors that `history` will ever hold. */
  readonly historySize: number;
  /** The most coefficients a step takes. */
  readonly mostCoefficients: number;
  /** The coefficients of the next step out of ‖f(z) - z‖² and the products of `history`. */
  coefficients(squaredNorm: number, products: readonly number[]): readonly number[];
  /** Records the step: z is overwritten, fz is only read. */
  advance(z: Tensor, fz: Tensor, coefficients: Tensor): void;
}

/** Allocates a history of `count` tensors of z's shape; they are freed together. */
export function historyOf(z: Tensor, count: number): Tensor[] & Disposable {
  const history: Tensor[] = [];
  const dispose = () => history.forEach((tensor) => tensor[Symbol.dispose]());
  try {
    for (let k = 0; k < count; k++) history.push(z.gpu.empty(z.rows, z.cols));
  } catch (error) {
    dispose();
    throw error;
  }
  return Object.assign(history, { [Symbol.dispose]: dispose });
}

export function checkMemory(memory: number): void {
  if (Number.isInteger(memory) && memory >= 1) return;
  throw new RangeError(`Cannot keep ${memory} steps in memory: expected a whole number from 1 on`);
}

export function checkDamping(damping: number): void {
  if (damping > 0 && damping < Infinity) return;
  throw new RangeError(`Cannot damp steps by ${damping}: expected a factor above 0`);
}
