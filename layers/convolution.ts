/** A graph convolution, the second half of a block: what a model's `convolution` option names. */
import type { Tensor } from "../gpu/tensor.ts";
import type { Owned } from "./owned.ts";
import type { Pass } from "./pass.ts";

/** `Saved` is what the backward pass needs of the forward pass: the type is the memory claim. */
export interface Convolution<Saved extends Disposable = Disposable> {
  /** Adds ± conv(x) to y [nodes, channels] in place. */
  forward(pass: Pass, x: Owned<Tensor>, y: Tensor, sign: 1 | -1): Saved;
  /** dx, from the gradient of the output; adds the parameters' gradients to theirs. */
  backward(pass: Pass, dy: Tensor, saved: Saved): Tensor;
}
