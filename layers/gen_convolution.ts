/**
 * GEN convolution (DeeperGCN; the paper's on ogbn-proteins):
 *
 *     conv(X) = MLP(X + max_j (ReLU(X_j + E u) + ε))
 *
 * with the MLP Linear, Norm, ReLU, Linear. E is the shared edge encoder composed with the
 * block's own.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { compose, composeBackward } from "../kernels/compose.ts";
import {
  genAggregate,
  genAggregateBackward,
  genAggregateBackwardEncoder,
} from "../kernels/gen_aggregate.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import type { Convolution } from "./convolution.ts";
import { disposing } from "./disposing.ts";
import type { Evaluation } from "./evaluation.ts";
import { Norm, type NormName } from "./norm.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

export interface GenConvolutionOptions {
  /** Channels d, in and out. */
  readonly channels: number;
  /** The shared edge encoder [edge features + 1, width]. */
  readonly edgeEncoder: Parameter;
  /** Within the MLP; default "layer". */
  readonly norm?: NormName | undefined;
}

/** About 5 ND words, where N nodes have D channels. */
export interface GenConvolutionSaved extends Disposable {
  readonly winner: Tensor; // [N, D] of 8 bits, or more for long rows
  readonly sum: Tensor; // [N, D]
  readonly hidden: Tensor; // [N, 2D]
  readonly norm: Tensor; // [N, 2], or [2, 2D] of a batch norm
  readonly active: Tensor; // [N, 2D]
}

export class GenConvolution implements Convolution<GenConvolutionSaved> {
  readonly #mlp0: Parameter;
  readonly #mlp1: Norm;
  readonly #mlp3: Parameter;
  readonly #inner: Parameter;
  readonly #outer: Parameter;

  constructor(layout: ParameterLayout, name: string, options: GenConvolutionOptions) {
    const { channels, edgeEncoder } = options;
    this.#outer = edgeEncoder;
    this.#mlp0 = layout.linear(`${name}.mlp.0`, channels, 2 * channels);
    this.#mlp1 = new Norm(layout, `${name}.mlp.1`, 2 * channels, options.norm);
    this.#mlp3 = layout.linear(`${name}.mlp.3`, 2 * channels, channels);
    this.#inner = layout.linear(`${name}.edge_encoder`, edgeEncoder.cols, channels);
  }

  forward(run: Evaluation, x: Tensor, y: Tensor, sign: 1 | -1): GenConvolutionSaved {
    const weight = (parameter: Parameter) => run.parameters.weight(parameter);
    using _x = x;
    using encoder = compose(weight(this.#outer), weight(this.#inner));
    const { y: sum, winner } = genAggregate(run.graph, x, encoder);
    const hidden = linear(sum, weight(this.#mlp0));
    const { y: active, saved: norm } = this.#mlp1.forward(run, hidden);
    linear(active, weight(this.#mlp3), { y, sign });
    return disposing({ winner, sum, hidden, norm, active });
  }

  backward(run: Evaluation, dy: Tensor, saved: GenConvolutionSaved): Tensor {
    const { parameters, graph } = run;
    const weight = (parameter: Parameter) => parameters.weight(parameter);
    const gradient = (parameter: Parameter) => parameters.gradient(parameter);
    const { winner, sum, hidden, norm, active } = saved;

    linearBackwardWeight(active, dy, gradient(this.#mlp3));
    using dActive = linearBackwardInput(dy, weight(this.#mlp3));
    using dHidden = this.#mlp1.backward(run, hidden, norm, dActive);
    linearBackwardWeight(sum, dHidden, gradient(this.#mlp0));
    using dSum = linearBackwardInput(dHidden, weight(this.#mlp0));

    using dEncoder = genAggregateBackwardEncoder(graph, winner, dSum);
    composeBackward(weight(this.#outer), weight(this.#inner), dEncoder, {
      dOuter: gradient(this.#outer),
      dInner: gradient(this.#inner),
    });
    return genAggregateBackward(graph, winner, dSum);
  }
}
