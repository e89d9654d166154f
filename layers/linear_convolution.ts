/** A convolution that ignores neighbours, conv(X) = X W + b: it makes a model an MLP. */
import type { Tensor } from "../gpu/tensor.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import type { Convolution } from "./convolution.ts";
import { disposing } from "./disposing.ts";
import type { Owned } from "./owned.ts";
import type { Pass } from "./pass.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

/** ND words, where N nodes have D channels. */
export interface LinearConvolutionSaved extends Disposable {
  /** [N, D]: the input X. */
  readonly x: Tensor;
}

/** Maps each node linearly, whatever its neighbours. */
export class LinearConvolution implements Convolution<LinearConvolutionSaved> {
  readonly #lin: Parameter;

  /** Lays out the linear map under `name.lin`. */
  constructor(layout: ParameterLayout, name: string, channels: number) {
    this.#lin = layout.linear(`${name}.lin`, channels, channels);
  }

  forward(pass: Pass, x: Owned<Tensor>, y: Tensor, sign: 1 | -1): LinearConvolutionSaved {
    linear(x, pass.parameters.weight(this.#lin), { y, sign });
    return disposing({ x });
  }

  backward(pass: Pass, dy: Tensor, { x }: LinearConvolutionSaved): Tensor {
    linearBackwardWeight(x, dy, pass.parameters.gradient(this.#lin));
    return linearBackwardInput(dy, pass.parameters.weight(this.#lin));
  }
}
