/**
 * Makes one step of several parts: the mean of their gradients, and the mean of the running statistics that
 * batch norms have after each of them, of which every part begins with those of the step's beginning. So
 * the parts' order counts for nothing but the order in which they are added up: by the device, or, where
 * ranks share the parts, by the processor, to the same bits.
 */
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { accumulate, takeMean } from "../../kernels/accumulate.ts";
import type { Parameters } from "../../layers/parameters.ts";
import { readRowVectors } from "../files/state_dict.ts";
import type { Ranks } from "../ranks/ranks.ts";
import { bindingWindows } from "./binding_windows.ts";

/** Most bytes that are read from the device at once. */
const READ = 2 ** 22;

/** What every part has, and its sum: [1, words] each. */
interface Summed {
  readonly of: Tensor;
  readonly sum: Tensor;
}

/** The sums of a step's parts; disposing of it frees them. */
export class Accumulator implements Disposable {
  readonly #gpu: Device;
  readonly #parameters: Parameters;
  readonly #parts: number;
  readonly #ranks: Ranks;
  readonly #summed: readonly Summed[];
  /** The running statistics at the step's beginning; absent where no norm has any. */
  readonly #start: Tensor | undefined;
  /** Sums of the step so far, where ranks add up. */
  #totals: readonly Float32Array[] | undefined;

  /** For steps of `parts` parts. It takes the same memory for any number of ranks. */
  constructor(gpu: Device, parameters: Parameters, parts: number, ranks: Ranks) {
    this.#gpu = gpu;
    this.#parameters = parameters;
    this.#parts = parts;
    this.#ranks = ranks;
    const { gradients, statistics } = parameters;
    const beside = (of: Tensor) => gpu.empty(1, of.cols, "gradients");
    this.#summed = [gradients, ...statistics ? [statistics] : []]
      .map((of) => ({ of, sum: beside(of) }));
    this.#start = statistics && beside(statistics);
    gpu.reserve({ bytes: Math.min(gradients.bytes, READ) });
  }

  /** Records the beginning of a step. */
  begin(): void {
    for (const { sum } of this.#summed) this.#gpu.clear(sum);
    this.#totals = undefined;
    if (this.#start) this.#gpu.copy(this.#parameters.statistics!, this.#start);
  }

  /** Records the end of a part, whose gradients are there; with ranks, of a part of each. */
  async add(): Promise<void> {
    if (this.#ranks.size > 1) await this.#addRanks();
    else this.#forWindows((sum, of) => accumulate(sum, of));
    if (this.#start) this.#gpu.copy(this.#start, this.#parameters.statistics!);
  }

  async #addRanks(): Promise<void> {
    const totals: Float32Array[] = [];
    for (const [i, values] of (await readRowVectors(this.#summed.map(({ of }) => of))).entries()) {
      totals.push(await this.#ranks.sum(values, this.#totals?.[i]));
    }
    this.#totals = totals;
  }

  /** Records the means in place of the last part's own. */
  mean(): void {
    this.#totals?.forEach((total, i) => this.#gpu.write(this.#summed[i]!.sum, total));
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
