/**
 * The paper's block, pre-activation and GEN convolution (paper §3, "res+"):
 *
 *     X̂ = mask ⊙ ReLU(Norm(X)),   f(X) = MLP(X̂ + max_j (ReLU(X̂_j + E u) + ε))
 *
 * with the MLP Linear, LayerNorm, ReLU, Linear. E is the shared edge encoder composed with the
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
import { normAct, normActBackward } from "../kernels/norm_act.ts";
import type { Branch } from "./branch.ts";
import { dropoutOf, type Evaluation } from "./evaluation.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

export interface GenBlockOptions {
  /** Channels d of the block. */
  readonly channels: number;
  /** Where they begin within the mask shared by all layers. */
  readonly firstChannel: number;
  /** The shared edge encoder [edge features + 1, width]. */
  readonly edgeEncoder: Parameter;
}

/** About 6 ND words, where N nodes have D channels; x is the caller's. */
export interface GenBlockSaved extends Disposable {
  readonly x: Tensor; // [N, D]
  readonly xMoments: Tensor; // [N, 2]
  readonly winner: Tensor; // [N, D] of 8 bits, or more for long rows
  readonly sum: Tensor; // [N, D]
  readonly hidden: Tensor; // [N, 2D]
  readonly hiddenMoments: Tensor; // [N, 2]
  readonly active: Tensor; // [N, 2D]
}

export class GenBlock implements Branch<GenBlockSaved> {
  readonly #norm: Parameter;
  readonly #mlp0: Parameter;
  readonly #mlp1: Parameter;
  readonly #mlp3: Parameter;
  readonly #inner: Parameter;
  readonly #options: GenBlockOptions;

  constructor(layout: ParameterLayout, name: string, options: GenBlockOptions) {
    const { channels, edgeEncoder } = options;
    this.#options = options;
    this.#norm = layout.norm(`${name}.norm`, channels);
    this.#mlp0 = layout.linear(`${name}.gcn.mlp.0`, channels, 2 * channels);
    this.#mlp1 = layout.norm(`${name}.gcn.mlp.1`, 2 * channels);
    this.#mlp3 = layout.linear(`${name}.gcn.mlp.3`, 2 * channels, channels);
    this.#inner = layout.linear(`${name}.gcn.edge_encoder`, edgeEncoder.cols, channels);
  }

  forward(run: Evaluation, x: Tensor, y: Tensor, sign: 1 | -1): GenBlockSaved {
    const { parameters, graph } = run;
    const weight = (parameter: Parameter) => parameters.weight(parameter);
    const dropout = dropoutOf(run, 0, this.#options.firstChannel);
    const { y: normed, moments: xMoments } = normAct(x, weight(this.#norm), dropout);
    using _normed = normed;
    using encoder = compose(weight(this.#options.edgeEncoder), weight(this.#inner));
    const { y: sum, winner } = genAggregate(graph, normed, encoder);
    const hidden = linear(sum, weight(this.#mlp0));
    const { y: active, moments: hiddenMoments } = normAct(hidden, weight(this.#mlp1));
    linear(active, weight(this.#mlp3), { y, sign });
    return saved({ x, xMoments, winner, sum, hidden, hiddenMoments, active });
  }

  backward(run: Evaluation, dy: Tensor, saved: GenBlockSaved, into?: Tensor): Tensor {
    const { parameters, graph } = run;
    const weight = (parameter: Parameter) => parameters.weight(parameter);
    const gradient = (parameter: Parameter) => parameters.gradient(parameter);
    const { x, xMoments, winner, sum, hidden, hiddenMoments, active } = saved;

    linearBackwardWeight(active, dy, gradient(this.#mlp3));
    using dActive = linearBackwardInput(dy, weight(this.#mlp3));
    using dHidden = normActBackward(hidden, weight(this.#mlp1), hiddenMoments, dActive, {
      dAffine: gradient(this.#mlp1),
    });
    linearBackwardWeight(sum, dHidden, gradient(this.#mlp0));
    using dSum = linearBackwardInput(dHidden, weight(this.#mlp0));

    using dEncoder = genAggregateBackwardEncoder(graph, winner, dSum);
    const { edgeEncoder, firstChannel } = this.#options;
    const dropout = dropoutOf(run, 0, firstChannel);
    composeBackward(weight(edgeEncoder), weight(this.#inner), dEncoder, {
      dOuter: gradient(edgeEncoder),
      dInner: gradient(this.#inner),
    });
    using dNormed = genAggregateBackward(graph, winner, dSum);
    return normActBackward(x, weight(this.#norm), xMoments, dNormed, {
      dropout,
      dAffine: gradient(this.#norm),
      into,
    });
  }
}

function saved(tensors: Omit<GenBlockSaved, typeof Symbol.dispose>): GenBlockSaved {
  const { x: _callers, ...owned } = tensors;
  return {
    ...tensors,
    [Symbol.dispose]: () => Object.values(owned).forEach((tensor) => tensor[Symbol.dispose]()),
  };
}
