/** Residual connection of the baseline, Y = X + f(X), its activations stored: O(LND). */
import type { Tensor } from "../gpu/tensor.ts";
import { copy } from "../kernels/copy_columns.ts";
import type { Branch } from "./branch.ts";
import { disposing } from "./disposing.ts";
import type { Owned } from "./owned.ts";
import type { Pass } from "./pass.ts";

/** A layer X + f(X) that stores its activations. */
export class ResidualLayer<Saved extends Disposable> {
  /** Makes a layer of its branch f. */
  constructor(readonly branch: Branch<Saved>) {}

  /** Turns x into the layer's output. Saves nothing: for evaluation. */
  predict(pass: Pass, x: Tensor): void {
    using _saved = this.branch.forward(pass, x, x, 1);
  }

  /** y [nodes, channels]. */
  forward(pass: Pass, x: Owned<Tensor>): { y: Tensor; saved: ResidualSaved<Saved> } {
    const y = copy(x);
    return { y, saved: disposing({ x, branch: this.branch.forward(pass, x, y, 1) }) };
  }

  /** Turns the output's gradient into the input's. */
  backward(pass: Pass, dx: Tensor, saved: ResidualSaved<Saved>): void {
    // In place: the branch has taken all it needs of dx before it adds to it.
    this.branch.backward(pass, dx, saved.branch, dx);
  }
}

/** What a residual layer saves for its backward pass. */
export interface ResidualSaved<Saved extends Disposable> extends Disposable {
  /** [nodes, channels]: the layer's input. */
  readonly x: Tensor;
  /** What the branch saved. */
  readonly branch: Saved;
}
