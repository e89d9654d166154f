/**
 * Reversible layers one after another. Of all of them the state at the end is enough for the way back,
 * and what their batch norms measured, if they have any: O(ND) memory at any depth.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { disposing } from "./disposing.ts";
import { KeptStatistics } from "./kept_statistics.ts";
import { countOutsiders } from "./outsiders.ts";
import type { ParameterLayout } from "./parameter_layout.ts";
import type { Pass } from "./pass.ts";
import type { ReversibleLayer } from "./reversible.ts";

/** What the way back needs beside the last state. */
export interface StackSaved extends Disposable {
  /** [repetitions, 2 words a channel of each batch norm]; none without batch norms. */
  readonly statistics: Tensor | undefined;
  /** Each layer's input, group by group, where the way back is not to rebuild them. */
  readonly inputs: readonly Tensor[];
}

/** Reversible layers, passed one after another. */
export class ReversibleStack<Saved extends Disposable = Disposable> {
  readonly #distinct: readonly ReversibleLayer<Saved>[];
  readonly #statistics: KeptStatistics;

  /**
   * Of layers whose batch norms are all that are laid out so far. They are passed in turn up to a depth of
   * `depth`; one that is met again adds to the same gradients.
   */
  constructor(
    layout: ParameterLayout,
    distinct: readonly ReversibleLayer<Saved>[],
    readonly depth = distinct.length,
  ) {
    this.#distinct = distinct;
    this.#statistics = new KeptStatistics(layout, depth, distinct.length);
  }

  /** The layer at an index below the depth. */
  layer(index: number): ReversibleLayer<Saved> {
    return this.#distinct[index % this.#distinct.length]!;
  }

  /** Turns x, group by group, into the last layer's output. */
  forward(pass: Pass, x: readonly Tensor[]): StackSaved {
    const statistics = this.#statistics.allocate(pass);
    for (let i = 0; i < this.depth; i++) this.layer(i).forward(this.#at(pass, statistics, i), x);
    countOutsiders(pass, x);
    return disposing({ statistics, inputs: [] });
  }

  /** The same with every layer's input kept for `backward`: O(LND) memory, and no drift. */
  forwardStored(pass: Pass, x: readonly Tensor[]): StackSaved {
    const inputs: Tensor[] = [];
    for (let i = 0; i < this.depth; i++) {
      inputs.push(...x.map(stored));
      this.layer(i).forward(pass, x);
    }
    countOutsiders(pass, x);
    return disposing({ statistics: undefined, inputs });
  }

  /**
   * Turns the output's gradient into the input's. x is turned back into the input, unless inputs were
   * stored: then activations are made again from those.
   */
  backward(pass: Pass, x: readonly Tensor[], dx: readonly Tensor[], saved: StackSaved): void {
    const { statistics, inputs } = saved;
    // Passed a second time: running statistics have moved.
    const again = { ...pass, norm: { ...pass.norm, provisional: true } };
    for (let i = this.depth - 1; i >= 0; i--) {
      const layer = this.layer(i);
      if (inputs.length === 0) {
        layer.backward(this.#at(pass, statistics, i), x, dx);
      } else {
        const input = inputs.slice(i * x.length, (i + 1) * x.length).map(stored);
        using made = layer.forwardStored(again, input);
        layer.backwardStored(again, made, dx);
        for (const part of input) part[Symbol.dispose]();
      }
    }
  }

  #at(pass: Pass, statistics: Tensor | undefined, index: number): Pass {
    return this.#statistics.at(pass, statistics, index);
  }
}

/**
 * A copy without a launch: ten thousand layers' inputs are read by no kernel, which would bind each of
 * them, but copied in turn to where one was before.
 */
function stored(x: Tensor): Tensor {
  const copy = x.gpu.empty(x.rows, x.cols).as(x.format);
  x.gpu.copy(x, copy);
  return copy;
}
