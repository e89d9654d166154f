/** Adam over a model's flat parameters, gradient norm clipped: as many dispatches as bindings need. */
import type { Gpu } from "../gpu/gpu.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { adam, adamStep } from "../kernels/adam.ts";
import { sumOfSquares } from "../kernels/sum.ts";
import type { Parameters } from "../layers/parameters.ts";

export class Optimiser implements Disposable {
  /** [1, words] each. */
  readonly #first: Tensor;
  readonly #second: Tensor;
  /** [1, 4]: what changes from step to step. */
  readonly #step: Tensor;
  /** [1, 1]: that of the last update's gradient, before clipping. */
  readonly squaredNorm: Tensor;
  #steps = 0;

  constructor(
    private readonly gpu: Gpu,
    private readonly parameters: Parameters,
    /** Gradients are scaled down to this norm. */
    private readonly largestNorm: number,
  ) {
    const { words } = parameters.layout;
    this.#first = gpu.empty(1, words, "moments");
    this.#second = gpu.empty(1, words, "moments");
    gpu.clear(this.#first);
    gpu.clear(this.#second);
    this.#step = gpu.empty(1, 4);
    this.squaredNorm = gpu.empty(1, 1);
  }

  /** Sets what the next recorded `update` reads. Call before anything of the step is submitted. */
  prepare(learningRate: number): void {
    this.gpu.write(this.#step, adamStep(++this.#steps, learningRate, this.largestNorm));
  }

  /** Records the update from the gradients as they stand. */
  update(): void {
    const { weights, gradients } = this.parameters;
    sumOfSquares(this.#lines(gradients), this.squaredNorm);
    const [weight, gradient, first, second] = [weights, gradients, this.#first, this.#second]
      .map((tensor) => this.#lines(tensor));
    weight!.forEach((line, i) => {
      const state = {
        weight: line,
        gradient: gradient![i]!,
        first: first![i]!,
        second: second![i]!,
      };
      adam(state, this.#step, this.squaredNorm);
    });
  }

  [Symbol.dispose](): void {
    for (const tensor of [this.#first, this.#second, this.#step, this.squaredNorm]) {
      tensor[Symbol.dispose]();
    }
  }

  /** Windows of at most one binding that cover all words. */
  #lines(tensor: Tensor): Tensor[] {
    const { words } = this.parameters.layout;
    const { maxBindingBytes, alignment } = this.gpu.adapter;
    const most = Math.min(words, Math.floor(maxBindingBytes / alignment) * alignment / 4);
    const lines: Tensor[] = [];
    for (let first = 0; first < words; first += most) {
      lines.push(tensor.window(first * 4, 1, Math.min(most, words - first)));
    }
    return lines;
  }
}
