/**
 * What the batch norms of reversible layers measured on the way forward, kept for the way back: 2d words
 * of a norm of d channels, and a window's alignment. A layer is evaluated twice in a training step, and
 * is the inverse of itself only by the same statistics.
 */
import type { Tensor } from "../gpu/tensor.ts";
import type { Pass } from "./pass.ts";
import type { ParameterLayout } from "./parameter_layout.ts";

export class KeptStatistics {
  readonly #layers: number;
  readonly #distinct: number;
  /** Of all norms laid out so far, each at the offset of its running statistics. */
  readonly #words: number;

  /** For layers laid out already, `distinct` ones repeated up to a depth of `layers`. */
  constructor(layout: ParameterLayout, layers: number, distinct: number) {
    this.#layers = layers;
    this.#distinct = distinct;
    this.#words = layout.statisticsWords;
  }

  /** Room for a training step: [repetitions, words]; undefined where nothing is measured. */
  allocate({ graph, mode }: Pass): Tensor | undefined {
    if (this.#words === 0 || mode === "evaluation") return undefined;
    return graph.gpu.empty(Math.ceil(this.#layers / this.#distinct), this.#words);
  }

  /** The pass of layer `index` on either way: tied layers keep theirs apart. */
  at(pass: Pass, kept: Tensor | undefined, index: number): Pass {
    if (kept === undefined) return pass;
    const repetition = Math.floor(index / this.#distinct);
    const window = kept.window(4 * this.#words * repetition, 1, this.#words);
    return { ...pass, norm: { ...pass.norm, kept: window } };
  }
}
