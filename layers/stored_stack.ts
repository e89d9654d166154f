/**
 * Layers one after another with all of their activations stored, O(LND) memory, as they are or in few bits
 * a value: then gradients are of rounded activations, but right on the average.
 */
import type { Tensor } from "../gpu/tensor.ts";
import type { Bits } from "../kernels/quantise.ts";
import { disposing } from "./disposing.ts";
import { countOutsiders } from "./outsiders.ts";
import type { Pass } from "./pass.ts";
import { type Quantised, quantised } from "./quantised.ts";
import type { ReversibleLayer, Stored } from "./reversible.ts";
import type { Stack } from "./reversible_stack.ts";

/** What all layers saved, the first one first. */
export interface StoredSaved extends Disposable {
  /** Each layer's activations. */
  readonly layers: readonly Stored<Disposable>[];
}

/** A stack that stores its activations. */
export class StoredStack implements Stack<StoredSaved> {
  /** Of layers in the order of passing. */
  constructor(readonly layers: readonly ReversibleLayer<Disposable>[]) {}

  forward(pass: Pass, x: readonly Tensor[]): StoredSaved {
    const layers = this.layers.map((layer) => layer.forwardStored(pass, x));
    countOutsiders(pass, x);
    return disposing({ layers });
  }

  /** Leaves x as it is. */
  backward(pass: Pass, _x: readonly Tensor[], dx: readonly Tensor[], saved: StoredSaved): void {
    for (let i = this.layers.length - 1; i >= 0; i--) {
      using of = saved.layers[i]!;
      this.layers[i]!.backwardStored(pass, of, dx);
    }
  }
}

/** What all layers saved, in few bits. */
export interface QuantisedSaved extends Disposable {
  /** Each layer's activations. */
  readonly layers: readonly Quantised<Stored<Disposable>>[];
}

/** A stack that stores its activations in few bits. */
export class QuantisedStack implements Stack<QuantisedSaved> {
  /** Of layers in the order of passing. */
  constructor(readonly layers: readonly ReversibleLayer<Disposable>[], readonly bits: Bits) {}

  forward(pass: Pass, x: readonly Tensor[]): QuantisedSaved {
    const layers = this.layers.map((layer, i) =>
      quantised(pass, layer.forwardStored(pass, x), this.bits, i)
    );
    countOutsiders(pass, x);
    return disposing({ layers });
  }

  /** Leaves x as it is. */
  backward(pass: Pass, _x: readonly Tensor[], dx: readonly Tensor[], saved: QuantisedSaved): void {
    for (let i = this.layers.length - 1; i >= 0; i--) {
      using of = saved.layers[i]!.unpack();
      this.layers[i]!.backwardStored(pass, of, dx);
    }
  }
}
