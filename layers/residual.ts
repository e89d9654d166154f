/** Residual connection of the baseline, Y = X + f(X), its activations stored: O(LND). */
import type { Tensor } from "../gpu/tensor.ts";
import { copy } from "../kernels/copy_columns.ts";
import type { Branch } from "./branch.ts";
import type { Evaluation } from "./evaluation.ts";

export class ResidualLayer<Saved extends Disposable> {
  constructor(readonly branch: Branch<Saved>) {}

  /** Turns x into the layer's output. Saves nothing: for evaluation. */
  evaluate(run: Evaluation, x: Tensor): void {
    using _saved = this.branch.forward(run, x, x, 1);
  }

  /** y [nodes, channels]; x belongs to `saved` from now on. */
  forward(run: Evaluation, x: Tensor): { y: Tensor; saved: ResidualSaved<Saved> } {
    const y = copy(x);
    return { y, saved: { x, branch: this.branch.forward(run, x, y, 1) } };
  }

  /** Turns the output's gradient into the input's, and frees what was saved. */
  backward(run: Evaluation, saved: ResidualSaved<Saved>, dx: Tensor): void {
    using _x = saved.x;
    using branch = saved.branch;
    // In place: the branch has taken all it needs of dx before it adds to it.
    this.branch.backward(run, dx, branch, dx);
  }
}

export interface ResidualSaved<Saved extends Disposable> {
  readonly x: Tensor;
  readonly branch: Saved;
}
