/** A graph convolution, the second half of a block: what a model's `convolution` option names. */
import type { Tensor } from "../gpu/tensor.ts";
import type { Evaluation } from "./evaluation.ts";

/** `Saved` is what the backward pass needs of the forward pass: the type is the memory claim. */
export interface Convolution<Saved extends Disposable = Disposable> {
  /** Adds ± conv(x) to y [nodes, channels] in place. x is the convolution's from now on. */
  forward(run: Evaluation, x: Tensor, y: Tensor, sign: 1 | -1): Saved;
  /** dx, from the gradient of the output; adds the parameters' gradients to theirs. */
  backward(run: Evaluation, dy: Tensor, saved: Saved): Tensor;
}
