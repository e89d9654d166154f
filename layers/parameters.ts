/** A model's learned values on the device: one flat buffer, and beside it one for their gradients. */
import type { Gpu } from "../gpu/gpu.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

export class Parameters implements Disposable {
  /** [1, words] and what a uniform window may reach into. */
  readonly weights: Tensor;
  /** [1, words] */
  readonly gradients: Tensor;
  readonly #weights = new Map<Parameter, Tensor>();
  readonly #gradients = new Map<Parameter, Tensor>();

  constructor(readonly gpu: Gpu, readonly layout: ParameterLayout, values: Float32Array) {
    this.weights = gpu.empty(1, layout.wordsWithUniforms, "weights");
    this.gradients = gpu.empty(1, layout.words, "gradients");
    gpu.write(this.weights.window(0, 1, layout.words), values);
    for (const parameter of layout.parameters) {
      const { offset, rows, cols } = parameter;
      this.#weights.set(parameter, this.weights.window(offset, rows, cols));
      this.#gradients.set(parameter, this.gradients.window(offset, rows, cols));
    }
  }

  weight(parameter: Parameter): Tensor {
    return this.#weights.get(parameter)!;
  }

  gradient(parameter: Parameter): Tensor {
    return this.#gradients.get(parameter)!;
  }

  [Symbol.dispose](): void {
    this.weights[Symbol.dispose]();
    this.gradients[Symbol.dispose]();
  }
}
