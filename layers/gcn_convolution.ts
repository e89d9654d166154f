/**
 * GCN convolution (Kipf & Welling; the paper's RevGCN on ogbn-arxiv):
 *
 *     conv(X) = Â X W + b,   Â = D^-½ (A + I) D^-½
 *
 * with one self-loop a node, also where the graph has its own. A holds the edges' weights, where they
 * have any, and D its sums.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import { spmm, spmmBackward } from "../kernels/spmm.ts";
import type { Convolution } from "./convolution.ts";
import { disposing } from "./disposing.ts";
import type { Owned } from "./owned.ts";
import type { Pass } from "./pass.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

/** ND words, where N nodes have D channels. */
export interface GcnConvolutionSaved extends Disposable {
  /** [N, D]: Â X. */
  readonly sum: Tensor;
}

/** Maps the sum of the neighbours, normalised by degrees, linearly. */
export class GcnConvolution implements Convolution<GcnConvolutionSaved> {
  readonly #lin: Parameter;

  /** Lays out the linear map under `name.lin`. */
  constructor(layout: ParameterLayout, name: string, channels: number) {
    this.#lin = layout.linear(`${name}.lin`, channels, channels);
  }

  forward(pass: Pass, x: Owned<Tensor>, y: Tensor, sign: 1 | -1): GcnConvolutionSaved {
    using _x = x;
    const sum = spmm(pass.graph, x, pass.graph.symmetric, { weighted: true });
    linear(sum, pass.parameters.weight(this.#lin), { y, sign });
    return disposing({ sum });
  }

  backward(pass: Pass, dy: Tensor, { sum }: GcnConvolutionSaved): Tensor {
    linearBackwardWeight(sum, dy, pass.parameters.gradient(this.#lin));
    using dSum = linearBackwardInput(dy, pass.parameters.weight(this.#lin));
    return spmmBackward(pass.graph, dSum, pass.graph.symmetric, { weighted: true });
  }
}
