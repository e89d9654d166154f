/**
 * GEN convolution (DeeperGCN; the paper's on ogbn-proteins):
 *
 *     conv(X) = MLP(X + max_j (ReLU(X_j + E u) + ε))
 *
 * with the MLP Linear, Norm, ReLU, Linear. E is the shared edge encoder composed with the block's
 * own; there is none where edges are not encoded. Instead of the maximum any aggregation of
 * gen_aggregation.ts.
 */
import * as v from "valibot";
import type { Tensor } from "../gpu/tensor.ts";
import { compose, composeBackward } from "../kernels/compose.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import { flag, option } from "../settings/option.ts";
import { AGGREGATION, type AggregationOptions } from "./aggregation_options.ts";
import type { Convolution } from "./convolution.ts";
import { disposing } from "./disposing.ts";
import type { Owned } from "./owned.ts";
import { letGo, type Pass } from "./pass.ts";
import { GenAggregation, type GenAggregationSaved } from "./gen_aggregation.ts";
import { Norm, type NormName } from "./norm.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

/**
 * The options of the convolution "gen", which alone takes edge features in.
 *
 * @internal
 */
export const GEN = v.strictObject({
  kind: v.literal("gen"),
  encodeEdges: option(flag(), true, { help: "take edge features into GEN's messages" }),
  aggregation: option(AGGREGATION, { kind: "max" }, { help: "how GEN aggregates messages" }),
});

export interface GenConvolutionOptions {
  /** Channels d, in and out. */
  readonly channels: number;
  /** The shared edge encoder [edge features + 1, width], if edges are encoded. */
  readonly edgeEncoder?: Parameter | undefined;
  readonly aggregation: AggregationOptions;
  /** Within the MLP; default "layer". */
  readonly norm?: NormName | undefined;
}

/** 5 ND words, where N nodes have D channels, and what the aggregation saves: ND bytes for max. */
export interface GenConvolutionSaved extends Disposable {
  readonly aggregation: GenAggregationSaved;
  readonly sum: Tensor; // [N, D]
  readonly hidden: Tensor; // [N, 2D]
  readonly norm: Tensor; // [N, 2], or [2, 2D] of a batch norm
  readonly active: Tensor; // [N, 2D]
}

export class GenConvolution implements Convolution<GenConvolutionSaved> {
  readonly #mlp0: Parameter;
  readonly #mlp1: Norm;
  readonly #mlp3: Parameter;
  readonly #inner: Parameter | undefined;
  readonly #outer: Parameter | undefined;
  readonly #aggregation: GenAggregation;

  constructor(layout: ParameterLayout, name: string, options: GenConvolutionOptions) {
    const { channels, edgeEncoder, aggregation } = options;
    this.#outer = edgeEncoder;
    this.#mlp0 = layout.linear(`${name}.mlp.0`, channels, 2 * channels);
    this.#mlp1 = new Norm(layout, `${name}.mlp.1`, 2 * channels, options.norm);
    this.#mlp3 = layout.linear(`${name}.mlp.3`, 2 * channels, channels);
    this.#inner = edgeEncoder && layout.linear(`${name}.edge_encoder`, edgeEncoder.cols, channels);
    this.#aggregation = new GenAggregation(layout, name, aggregation);
  }

  forward(pass: Pass, x: Owned<Tensor>, y: Tensor, sign: 1 | -1): GenConvolutionSaved {
    const weight = (parameter: Parameter) => pass.parameters.weight(parameter);
    const encoder = this.#outer && compose(weight(this.#outer), weight(this.#inner!));
    const { sum, saved: aggregation } = this.#aggregation.forward(pass, x, encoder);
    const hidden = linear(sum, weight(this.#mlp0));
    const { y: active, saved: norm } = this.#mlp1.forward(pass, hidden);
    linear(active, weight(this.#mlp3), { y, sign });
    return disposing({ aggregation, sum, hidden, norm, active });
  }

  backward(pass: Pass, dy: Tensor, saved: GenConvolutionSaved): Tensor {
    const { parameters } = pass;
    const weight = (parameter: Parameter) => parameters.weight(parameter);
    const gradient = (parameter: Parameter) => parameters.gradient(parameter);
    const { aggregation, sum, hidden, norm, active } = saved;

    // Each tensor goes as soon as nothing more needs it: here is the peak of a reversible network's step.
    linearBackwardWeight(active, dy, gradient(this.#mlp3));
    letGo(pass, active);
    const dActive = linearBackwardInput(dy, weight(this.#mlp3));
    const dHidden = this.#mlp1.backward(pass, hidden, norm, dActive);
    dActive[Symbol.dispose]();
    letGo(pass, hidden);
    linearBackwardWeight(sum, dHidden, gradient(this.#mlp0));
    letGo(pass, sum);
    using dSum = linearBackwardInput(dHidden, weight(this.#mlp0));
    dHidden[Symbol.dispose]();

    const [dOuter, dInner] = [this.#outer, this.#inner].map((map) => map && gradient(map));
    const encodes = dOuter !== undefined;
    const { dx, dEncoder } = this.#aggregation.backward(pass, dSum, aggregation, encodes);
    if (dOuter === undefined || dInner === undefined) return dx;
    using encoder = dEncoder!;
    const [outer, inner] = [weight(this.#outer!), weight(this.#inner!)];
    composeBackward(outer, inner, encoder, { dOuter, dInner });
    return dx;
  }
}
