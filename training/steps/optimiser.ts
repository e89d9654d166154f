/**
 * Adam or RMSprop over a model's flat parameters, with the gradient's norm clipped; one dispatch for every
 * window of parameters that fits a binding.
 */
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { adam, adamStep } from "../../kernels/adam.ts";
import { rmsprop, rmspropStep } from "../../kernels/rmsprop.ts";
import { sumOfSquares } from "../../kernels/sum.ts";
import type { Parameters } from "../../layers/parameters.ts";
import type { TrainingSettings } from "../settings.ts";
import { bindingWindows } from "./binding_windows.ts";

/**
 * Adam holds two moments and takes a share off the weights, RMSprop holds one and adds a share of the weights
 * to the gradient, as PyTorch has both; a gradient longer than `clip` is scaled down to it before, unless
 * `clip` is 0.
 */
export type OptimiserOptions = Pick<TrainingSettings, "optimiser" | "clip" | "weightDecay">;

export class Optimiser implements Disposable {
  readonly #gpu: Device;
  readonly #parameters: Parameters;
  readonly #options: OptimiserOptions;
  /** [1, words] each: Adam's first and second moment, or RMSprop's second alone. */
  readonly #moments: readonly Tensor[];
  /** [1, 4], or RMSprop's [1, 2]: the numbers that change from step to step. */
  readonly #step: Tensor;
  /** [1, 1]: squared norm of the last update's gradient, before clipping. */
  readonly squaredNorm: Tensor;
  readonly #adam: boolean;

  constructor(gpu: Device, parameters: Parameters, options: OptimiserOptions) {
    this.#gpu = gpu;
    this.#parameters = parameters;
    this.#options = options;
    const { words } = parameters.layout;
    this.#adam = options.optimiser === "adam";
    this.#moments = Array.from(
      { length: this.#adam ? 2 : 1 },
      () => gpu.empty(1, words, "moments"),
    );
    for (const moment of this.#moments) gpu.clear(moment);
    this.#step = gpu.empty(1, this.#adam ? 4 : 2);
    this.squaredNorm = gpu.empty(1, 1);
  }

  /** [1, words] each, on the device. */
  get moments(): readonly Tensor[] {
    return this.#moments;
  }

  /** Continues with these moments. */
  restore(moments: readonly Float32Array[]): void {
    this.#moments.forEach((moment, i) => this.#gpu.write(moment, moments[i]!));
  }

  /** Sets the numbers that the next `update` reads; steps count from 1. Call before recording the step. */
  prepare(step: number, learningRate: number): void {
    const { clip } = this.#options;
    const largestNorm = clip === 0 ? Infinity : clip;
    this.#gpu.write(
      this.#step,
      this.#adam
        ? adamStep(step, learningRate, largestNorm)
        : rmspropStep(learningRate, largestNorm),
    );
  }

  /** Records the update from the gradients on the device. */
  update(): void {
    const { weights, gradients, layout } = this.#parameters;
    const windowsOf = (vector: Tensor) => bindingWindows(vector, layout.words);
    const { weightDecay } = this.#options;
    sumOfSquares(windowsOf(gradients), this.squaredNorm);
    const [weight, gradient, ...moments] = [weights, gradients, ...this.#moments]
      .map(windowsOf);
    weight!.forEach((window, i) => {
      const state = { weight: window, gradient: gradient![i]! };
      const [first, second] = moments.map((windows) => windows[i]!);
      if (second === undefined) {
        rmsprop({ ...state, square: first! }, this.#step, this.squaredNorm, weightDecay);
      } else adam({ ...state, first: first!, second }, this.#step, this.squaredNorm, weightDecay);
    });
  }

  [Symbol.dispose](): void {
    for (const tensor of [...this.#moments, this.#step, this.squaredNorm]) {
      tensor[Symbol.dispose]();
    }
  }
}
