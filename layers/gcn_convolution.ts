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
import type { Evaluation } from "./evaluation.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

/** ND words, where N nodes have D channels. */
export interface GcnConvolutionSaved extends Disposable {
  readonly sum: Tensor; // [N, D]: Â X
}

export class GcnConvolution implements Convolution<GcnConvolutionSaved> {
  readonly #lin: Parameter;

  constructor(layout: ParameterLayout, name: string, channels: number) {
    this.#lin = layout.linear(`${name}.lin`, channels, channels);
  }

  forward(run: Evaluation, x: Tensor, y: Tensor, sign: 1 | -1): GcnConvolutionSaved {
    using _x = x;
    const sum = spmm(run.graph, x, run.graph.symmetric, { weighted: true });
    linear(sum, run.parameters.weight(this.#lin), { y, sign });
    return disposing({ sum });
  }

  backward(run: Evaluation, dy: Tensor, { sum }: GcnConvolutionSaved): Tensor {
    linearBackwardWeight(sum, dy, run.parameters.gradient(this.#lin));
    using dSum = linearBackwardInput(dy, run.parameters.weight(this.#lin));
    return spmmBackward(run.graph, dSum, run.graph.symmetric, { weighted: true });
  }
}
