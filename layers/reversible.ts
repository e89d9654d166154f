/**
 * Grouped reversible connection (paper §3.1). Channels are split into C groups X₁ … X_C:
 *
 *     forward   X'₀ = X₂ + … + X_C,   X'ᵢ = fᵢ(X'ᵢ₋₁) + Xᵢ    i = 1 … C
 *     inverse   Xᵢ = X'ᵢ − fᵢ(X'ᵢ₋₁)                          i = C … 1
 *
 * Both work in place: the state is C tensors [nodes, channels / C] however many layers pass over it. In
 * floats the inverse is exact but for rounding. In fixed-point numbers Xᵢ takes round(2¹⁷ fᵢ) whole steps,
 * which the inverse takes back: it leaves the very bits that were there.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { addTo, copy, joinColumns } from "../kernels/copy_columns.ts";
import type { Branch } from "./branch.ts";
import { disposing } from "./disposing.ts";
import type { Pass } from "./pass.ts";

/** A layer whose input is computed back from its output, so that no activation is stored. */
export class ReversibleLayer<Saved extends Disposable> {
  /** Makes a layer of a branch fᵢ for each of the C groups. */
  constructor(readonly branches: readonly Branch<Saved>[]) {}

  /** Turns x into the layer's output. Saves nothing. */
  forward(pass: Pass, x: readonly Tensor[]): void {
    this.branches.forEach((branch, i) => {
      using previous = previousOf(x, i);
      using _saved = branch.forward(pass, previous, x[i]!, 1);
    });
  }

  /**
   * Turns the layer's output back into its input, and the output's gradient into the input's. Each
   * branch is evaluated once: what is subtracted is also the forward pass of its gradient. A batch
   * norm's statistics must be in the pass, kept on the way forward.
   */
  backward(forward: Pass, x: readonly Tensor[], dx: readonly Tensor[]): void {
    const pass = { ...forward, norm: { ...forward.norm, inverse: true }, once: true };
    for (let i = this.branches.length - 1; i >= 0; i--) {
      using previous = previousOf(x, i);
      using saved = this.branches[i]!.forward(pass, previous, x[i]!, -1);
      addGradient(this.branches[i]!, pass, saved, dx, i);
    }
  }

  /** The forward pass of the same layer with its activations stored: O(ND) memory a layer. */
  forwardStored(pass: Pass, x: readonly Tensor[]): Stored<Saved> {
    const branches = this.branches.map((branch, i) => {
      using previous = previousOf(x, i);
      const kept = copy(previous);
      const saved = branch.forward(pass, kept, x[i]!, 1);
      return disposing({ saved, kept });
    });
    return disposing({ branches });
  }

  /** The backward pass from stored activations: no inverse, so no drift to speak of. */
  backwardStored(pass: Pass, stored: Stored<Saved>, dx: readonly Tensor[]): void {
    for (let i = this.branches.length - 1; i >= 0; i--) {
      addGradient(this.branches[i]!, pass, stored.branches[i]!.saved, dx, i);
    }
  }
}

/** What the branches saved, each with the input it belongs to. */
export interface Stored<Saved extends Disposable> extends Disposable {
  /** Each branch's activations, with its input [nodes, channels / C] as `kept`. */
  readonly branches: readonly (Disposable & { readonly saved: Saved; readonly kept: Tensor })[];
}

/** X'ᵢ₋₁: the group before, or for the first group the sum of all others, in floats. */
function previousOf(x: readonly Tensor[], i: number): Tensor {
  const source = x[i === 0 ? 1 : i - 1]!;
  if (i > 0 || x.length === 2) return source.view();
  const sum = joinColumns([source]);
  for (const other of x.slice(2)) addTo(sum, other);
  return sum;
}

/** Adds the branch's input gradient to that of the groups which are its input. */
function addGradient<Saved extends Disposable>(
  branch: Branch<Saved>,
  pass: Pass,
  saved: Saved,
  dx: readonly Tensor[],
  i: number,
): void {
  if (i > 0 || dx.length === 2) {
    branch.backward(pass, dx[i]!, saved, dx[i === 0 ? 1 : i - 1]!);
    return;
  }
  using dSum = branch.backward(pass, dx[0]!, saved);
  for (const d of dx.slice(1)) addTo(d, dSum);
}
