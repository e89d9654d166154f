/**
 * SAGE convolution (GraphSAGE; the paper's on ogbn-products):
 *
 *     conv(X) = X W_root + mean_j X_j W_neigh + b
 *
 * as one linear map of [X | mean_j X_j], so that there is one bias.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { addTo, joinColumns, splitColumns } from "../kernels/copy_columns.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import { spmm, spmmBackward } from "../kernels/spmm.ts";
import type { Convolution } from "./convolution.ts";
import { disposing } from "./disposing.ts";
import type { Owned } from "./owned.ts";
import type { Pass } from "./pass.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

/** 2 ND words, where N nodes have D channels. */
export interface SageConvolutionSaved extends Disposable {
  /** [N, 2D]: X, then the means. */
  readonly joined: Tensor;
}

/** Maps each node and the mean of its neighbours linearly. */
export class SageConvolution implements Convolution<SageConvolutionSaved> {
  readonly #lin: Parameter;

  /** Lays out the linear map under `name.lin`. */
  constructor(layout: ParameterLayout, name: string, channels: number) {
    this.#lin = layout.linear(`${name}.lin`, 2 * channels, channels);
  }

  forward(pass: Pass, x: Owned<Tensor>, y: Tensor, sign: 1 | -1): SageConvolutionSaved {
    using _x = x;
    using mean = spmm(pass.graph, x, pass.graph.mean);
    const joined = joinColumns([x, mean]);
    linear(joined, pass.parameters.weight(this.#lin), { y, sign });
    return disposing({ joined });
  }

  backward(pass: Pass, dy: Tensor, { joined }: SageConvolutionSaved): Tensor {
    linearBackwardWeight(joined, dy, pass.parameters.gradient(this.#lin));
    using dJoined = linearBackwardInput(dy, pass.parameters.weight(this.#lin));
    const [dRoot, dMean] = splitColumns(dJoined, 2);
    using _dRoot = dRoot!;
    using _dMean = dMean!;
    const dx = spmmBackward(pass.graph, dMean!, pass.graph.mean);
    addTo(dx, dRoot!);
    return dx;
  }
}
