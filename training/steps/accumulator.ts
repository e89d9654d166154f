/**
 * Makes one step of several parts: the mean of their gradients, and the mean of the running statistics that
 * batch norms have after each of them, of which every part begins with those of the step's beginning. So
 * the parts' order counts for nothing but the order in which they are added up.
 */
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { accumulate, takeMean } from "../../kernels/accumulate.ts";
import type { Parameters } from "../../layers/parameters.ts";
import { bindingWindows } from "./binding_windows.ts";

/** The sums of a step's parts; disposing of it frees them. */
export class Accumulator implements Disposable {
  readonly #gpu: Device;
  readonly #parameters: Parameters;
  readonly #parts: number;
  /** What every part has, and its sum: [1, words] each. */
  readonly #summed: readonly { readonly of: Tensor; readonly sum: Tensor }[];
  /** The running statistics at the step's beginning; absent where no norm has any. */
  readonly #start: Tensor | undefined;

  /** For steps of `parts` parts. */
  constructor(gpu: Device, parameters: Parameters, parts: number) {
    this.#gpu = gpu;
    this.#parameters = parameters;
    this.#parts = parts;
    const { gradients, statistics } = parameters;
    const beside = (of: Tensor) => gpu.empty(1, of.cols, "gradients");
    this.#summed = [gradients, ...statistics ? [statistics] : []]
      .map((of) => ({ of, sum: beside(of) }));
    this.#start = statistics && beside(statistics);
  }

  /** Records the beginning of a step. */
  begin(): void {
    for (const { sum } of this.#summed) this.#gpu.clear(sum);
    if (this.#start) this.#gpu.copy(this.#parameters.statistics!, this.#start);
  }

  /** Records the end of a part, whose gradients are there. */
  add(): void {
    this.#forWindows((sum, of) => accumulate(sum, of));
    if (this.#start) this.#gpu.copy(this.#start, this.#parameters.statistics!);
  }

  /** Records the means in place of the last part's own. */
  mean(): void {
    this.#forWindows((sum, of) => takeMean(of, sum, this.#parts));
  }

  #forWindows(record: (sum: Tensor, of: Tensor) => void): void {
    for (const { sum, of } of this.#summed) {
      const windows = bindingWindows(of);
      bindingWindows(sum).forEach((window, i) => record(window, windows[i]!));
    }
  }

  [Symbol.dispose](): void {
    for (const { sum } of this.#summed) sum[Symbol.dispose]();
    this.#start?.[Symbol.dispose]();
  }
}
