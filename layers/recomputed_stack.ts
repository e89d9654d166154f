/**
 * Layers one after another whose activations are made again, a segment at a time, from the inputs of
 * the segments (Chen et al. 2016): with √L segments O(√L ND) memory, and as many evaluations of f as where
 * activations are rebuilt.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { disposing } from "./disposing.ts";
import { countOutsiders } from "./outsiders.ts";
import type { Pass } from "./pass.ts";
import type { ReversibleLayer } from "./reversible.ts";
import type { Stack } from "./reversible_stack.ts";

/** The inputs of the segments. */
export interface RecomputedSaved extends Disposable {
  /** Segment by segment, and in each group by group: [nodes, channels / groups]. */
  readonly inputs: readonly Tensor[];
}

/** A stack whose activations are made again from a stored input of every so many layers. */
export class RecomputedStack implements Stack<RecomputedSaved> {
  /** Makes segments of so many layers; about the root of their number, unless it is given. */
  constructor(
    readonly layers: readonly ReversibleLayer<Disposable>[],
    readonly ofSegment = Math.ceil(Math.sqrt(layers.length)),
  ) {}

  forward(pass: Pass, x: readonly Tensor[]): RecomputedSaved {
    const inputs: Tensor[] = [];
    for (const [i, layer] of this.layers.entries()) {
      if (i % this.ofSegment === 0) inputs.push(...x.map(stored));
      layer.forward(pass, x);
    }
    countOutsiders(pass, x);
    return disposing({ inputs });
  }

  /** Leaves x as it is. */
  backward(
    pass: Pass,
    x: readonly Tensor[],
    dx: readonly Tensor[],
    { inputs }: RecomputedSaved,
  ): void {
    // Passed a second time: running statistics have moved.
    const again = { ...pass, norm: { ...pass.norm, provisional: true } };
    for (let segment = inputs.length / x.length - 1; segment >= 0; segment--) {
      const input = inputs.slice(segment * x.length, (segment + 1) * x.length);
      const layers = this.layers.slice(segment * this.ofSegment, (segment + 1) * this.ofSegment);
      using state = disposing({ groups: input.map(stored) });
      const made = layers.map((layer) => layer.forwardStored(again, state.groups));
      for (const layer of layers.toReversed()) {
        using of = made.pop()!;
        layer.backwardStored(again, of, dx);
      }
    }
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
