/** The branch f of a residual connection, X ± f(X). */
import type { Tensor } from "../gpu/tensor.ts";
import type { Pass } from "./pass.ts";

/** `Saved` is what the backward pass needs of the forward pass: the type is the memory claim. */
export interface Branch<Saved extends Disposable = Disposable> {
  /** Adds ± f(x) to y [nodes, channels] in place. y may be x. */
  forward(pass: Pass, x: Tensor, y: Tensor, sign: 1 | -1): Saved;
  /**
   * From the gradient of f's output: adds the parameters' gradients to theirs, and x's to `into`, or
   * returns it anew.
   */
  backward(pass: Pass, dy: Tensor, saved: Saved, into?: Tensor): Tensor;
}
