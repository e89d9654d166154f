/**
 * A model's learned values on the device: one flat buffer, and beside it one for their gradients, once
 * there are any. What batch norms remember of past steps has a third, which no optimiser sees.
 */
import type { Device, Tensor } from "../gpu/tensor.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

/** What a layer sees of a model's values. */
export interface Values {
  /** A learned matrix, as a window of the flat buffer. */
  weight(parameter: Parameter): Tensor;
  /** A batch norm's running mean and variance [2, channels]. */
  running(parameter: Parameter): Tensor;
  /** Where a parameter's gradient is added; undefined where only the input's is wanted. */
  gradient(parameter: Parameter): Tensor | undefined;
  /** The same values for a backward pass that adds to no parameter's gradient. */
  readonly frozen: Values;
}

/** A model's learned values on the device, with their gradients; disposing of it frees them. */
export class Parameters implements Values, Disposable {
  /** [1, words] and what a uniform window may reach into. */
  readonly weights: Tensor;
  /** [1, words] of running means and variances; absent where no norm has any. */
  readonly statistics: Tensor | undefined;
  #allGradients: Tensor | undefined;
  readonly #weights = new Map<Parameter, Tensor>();
  readonly #gradients = new Map<Parameter, Tensor>();
  readonly #running = new Map<Parameter, Tensor>();

  /** From flat values, as `initialWeights` draws them. */
  constructor(readonly gpu: Device, readonly layout: ParameterLayout, values: Float32Array) {
    const { words, statisticsWords, valueWords } = layout;
    if (values.length !== valueWords) {
      throw new RangeError(
        `Cannot start from ${values.length} values: the model has ${words} words of weights and ` +
          `${statisticsWords} of running statistics`,
      );
    }
    this.weights = gpu.empty(1, layout.wordsWithUniforms, "weights");
    for (const parameter of layout.parameters) {
      const { offset, rows, cols } = parameter;
      this.#weights.set(parameter, this.weights.window(offset, rows, cols));
    }
    if (statisticsWords > 0) this.statistics = gpu.empty(1, statisticsWords, "weights");
    for (const parameter of layout.statistics) {
      const { offset, rows, cols } = parameter;
      this.#running.set(parameter, this.statistics!.window(offset, rows, cols));
    }
    this.set(values);
  }

  /** Takes flat values in place of those it has. */
  set(values: Float32Array): void {
    const { words } = this.layout;
    this.gpu.write(this.weights.window(0, 1, words), values.subarray(0, words));
    if (this.statistics) this.gpu.write(this.statistics, values.subarray(words));
  }

  weight(parameter: Parameter): Tensor {
    return this.#weights.get(parameter)!;
  }

  /** [1, words], from its first use on: who only evaluates holds none. */
  get gradients(): Tensor {
    if (this.#allGradients !== undefined) return this.#allGradients;
    const all = this.#allGradients = this.gpu.empty(1, this.layout.words, "gradients");
    for (const parameter of this.layout.parameters) {
      const { offset, rows, cols } = parameter;
      this.#gradients.set(parameter, all.window(offset, rows, cols));
    }
    return all;
  }

  gradient(parameter: Parameter): Tensor {
    void this.gradients;
    return this.#gradients.get(parameter)!;
  }

  running(parameter: Parameter): Tensor {
    return this.#running.get(parameter)!;
  }

  get frozen(): Values {
    const frozen: Values = {
      weight: (parameter) => this.weight(parameter),
      running: (parameter) => this.running(parameter),
      gradient: () => undefined,
      get frozen() {
        return frozen;
      },
    };
    return frozen;
  }

  /** Frees values, gradients and running statistics. */
  [Symbol.dispose](): void {
    this.statistics?.[Symbol.dispose]();
    this.weights[Symbol.dispose]();
    this.#allGradients?.[Symbol.dispose]();
  }
}
