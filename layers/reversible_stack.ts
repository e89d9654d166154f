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

/** Reversible layers, passed in their order; `Saved` is what the way back needs beside the last state. */
export interface Stack<Saved extends Disposable = Disposable> {
  /** Turns x, group by group, into the last layer's output. */
  forward(pass: Pass, x: readonly Tensor[]): Saved;
  /** Turns the output's gradient into the input's; x may be turned back on the way. */
  backward(pass: Pass, x: readonly Tensor[], dx: readonly Tensor[], saved: Saved): void;
}

/** What the way back needs beside the last state, where the others are rebuilt from it. */
export interface StackSaved extends Disposable {
  /** [repetitions, 2 words a channel of each batch norm]; none without batch norms. */
  readonly statistics: Tensor | undefined;
}

/** A stack whose activations are rebuilt, from the last state back to the first. */
export class ReversibleStack<Saved extends Disposable = Disposable> implements Stack<StackSaved> {
  /** In the order of passing; one that is met again adds to the same gradients. */
  readonly layers: readonly ReversibleLayer<Saved>[];
  readonly #statistics: KeptStatistics;

  /** Of layers whose batch norms are all that are laid out so far, passed in turn up to a depth. */
  constructor(
    layout: ParameterLayout,
    distinct: readonly ReversibleLayer<Saved>[],
    depth = distinct.length,
  ) {
    this.layers = Array.from({ length: depth }, (_, i) => distinct[i % distinct.length]!);
    this.#statistics = new KeptStatistics(layout, depth, distinct.length);
  }

  forward(pass: Pass, x: readonly Tensor[]): StackSaved {
    const statistics = this.#statistics.allocate(pass);
    for (const [i, layer] of this.layers.entries()) layer.forward(this.#at(pass, statistics, i), x);
    countOutsiders(pass, x);
    return disposing({ statistics });
  }

  /** Turns x back into the input. */
  backward(pass: Pass, x: readonly Tensor[], dx: readonly Tensor[], saved: StackSaved): void {
    for (let i = this.layers.length - 1; i >= 0; i--) {
      this.layers[i]!.backward(this.#at(pass, saved.statistics, i), x, dx);
    }
  }

  #at(pass: Pass, statistics: Tensor | undefined, index: number): Pass {
    return this.#statistics.at(pass, statistics, index);
  }
}
