/**
 * GAT convolution as DGL and the paper's RevGAT have it, of H heads:
 *
 *     F = X W,   F'_j = outdegree_j^-½ F_j
 *     a_ijh = softmax over kept j → i of LeakyReLU(F'_jh · attn_l_h + F_ih · attn_r_h)
 *     conv(X)_ih = indegree_i^½ Σ_j a_ijh F'_jh + (X W_res)_ih
 *
 * Degrees, attn_r and W_res are options; without them F' = F and their terms are left out.
 */
import * as v from "valibot";
import type { Tensor } from "../gpu/tensor.ts";
import type { DeviceEndScales, DeviceGraph } from "../batch/device_graph.ts";
import { addTo } from "../kernels/copy_columns.ts";
import { edgeDropout } from "../kernels/edge_dropout.ts";
import { edgeSoftmax, edgeSoftmaxBackward } from "../kernels/edge_softmax.ts";
import { edgeSum, edgeSumBackward, edgeSumBackwardAttention } from "../kernels/edge_sum.ts";
import { headScores, headScoresBackward } from "../kernels/head_scores.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import { flag, option, rate, whole } from "../settings/option.ts";
import { resolve } from "../settings/resolve.ts";
import type { Resolved } from "../settings/types.ts";
import type { Convolution } from "./convolution.ts";
import { disposing } from "./disposing.ts";
import type { Owned } from "./owned.ts";
import type { Pass } from "./pass.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

/**
 * The options of attention, which the convolution "gat" takes.
 *
 * @internal
 */
export const GAT = v.strictObject({
  kind: v.literal("gat"),
  heads: option(whole({ from: 1 }), 1, { help: "heads of attention, which share a model's width" }),
  destination: option(flag(), false, { help: "score the targets of edges as well as the sources" }),
  symmetricNorm: option(flag(), false, {
    help: "scale attention's channels by the degrees' roots",
  }),
  residual: option(flag(), false, { help: "add a linear map of attention's input" }),
  edgeDropout: option(rate(), 0, {
    help: "share of the edges that a layer drops in a training step",
  }),
});
/** What GAT's attention is told; all of it may be left out. */
export type AttentionOptions = Partial<Omit<Resolved<typeof GAT>, "kind">>;

/** What a GAT convolution is told. */
export interface GatConvolutionOptions extends AttentionOptions {
  /** Channels of the input. */
  readonly inputs: number;
  /** Channels of a head. */
  readonly outputs: number;
  /** The layer whose edges are dropped, unless a pass tells: all its groups drop the same. */
  readonly layer: number;
}

/** N (inputs + H · outputs) words, H rows of M edges, and N or 2N of H scores, rows padded to whole vec4. */
export interface GatConvolutionSaved extends Disposable {
  /** [N, inputs]: the input X. */
  readonly x: Tensor;
  /** [N, H · outputs]: the features F = X W. */
  readonly features: Tensor;
  /** [N, H]: the score of each node as a source. */
  readonly sourceScores: Tensor;
  /** [N, H]: the score of each node as a target, if targets are scored. */
  readonly targetScores: Tensor | undefined;
  /** [H, M]: the attention of each edge. */
  readonly attention: Tensor;
}

/** Sums the neighbours' features, weighted by learned attention. */
export class GatConvolution implements Convolution<GatConvolutionSaved> {
  readonly #heads: number;
  readonly #fc: Parameter;
  readonly #attnL: Parameter;
  readonly #attnR: Parameter | undefined;
  readonly #resFc: Parameter | undefined;

  readonly #attention: Resolved<typeof GAT>;
  readonly #layer: number;

  /** Lays out the linear maps and the attention vectors under `name`. */
  constructor(layout: ParameterLayout, name: string, options: GatConvolutionOptions) {
    const { inputs, outputs, layer, ...attention } = options;
    this.#attention = resolve(GAT, { kind: "gat", ...attention });
    this.#layer = layer;
    const { heads, destination, residual } = this.#attention;
    const width = heads * outputs;
    const linearMap = (end: string) =>
      layout.linear(`${name}.${end}`, inputs, width, {
        bias: false,
        initial: xavierNormal(inputs, width),
      });
    const vectors = (end: string) =>
      layout.array(`${name}.${end}`, [1, heads, outputs], xavierNormal(width, outputs));
    this.#heads = heads;
    this.#fc = linearMap("fc");
    this.#attnL = vectors("attn_l");
    if (destination) this.#attnR = vectors("attn_r");
    if (residual) this.#resFc = linearMap("res_fc");
  }

  forward(pass: Pass, x: Owned<Tensor>, y: Tensor, sign: 1 | -1): GatConvolutionSaved {
    const { graph } = pass;
    const weight = (parameter: Parameter) => pass.parameters.weight(parameter);
    const [heads, scales] = [this.#heads, this.#scales(graph)];
    const features = linear(x, weight(this.#fc));
    const source = headScores(features, weight(this.#attnL), { heads, scale: scales?.source });
    const target = this.#attnR && headScores(features, weight(this.#attnR), { heads });
    using keep = this.#keep(pass);
    const attention = edgeSoftmax(graph, { source, target }, keep);
    edgeSum(graph, attention, features, { scales, residual: { y, sign } });
    if (this.#resFc) linear(x, weight(this.#resFc), { y, sign });
    return disposing({ x, features, sourceScores: source, targetScores: target, attention });
  }

  backward(pass: Pass, dy: Tensor, saved: GatConvolutionSaved): Tensor {
    const { parameters } = pass;
    const { x } = saved;
    using dFeatures = this.#backwardFeatures(pass, dy, saved);
    linearBackwardWeight(x, dFeatures, parameters.gradient(this.#fc));
    const dx = linearBackwardInput(dFeatures, parameters.weight(this.#fc), x.cols);
    if (this.#resFc === undefined) return dx;
    linearBackwardWeight(x, dy, parameters.gradient(this.#resFc));
    using dResidual = linearBackwardInput(dy, parameters.weight(this.#resFc), x.cols);
    addTo(dx, dResidual);
    return dx;
  }

  /** dF: as what is summed, and through the attention as what scores. */
  #backwardFeatures(pass: Pass, dy: Tensor, saved: GatConvolutionSaved): Tensor {
    const { graph, parameters } = pass;
    const { features, sourceScores: source, targetScores: target, attention } = saved;
    const [heads, scales] = [this.#heads, this.#scales(graph)];
    using dAttention = edgeSumBackwardAttention(graph, features, dy, { heads, scales });
    const dFeatures = edgeSumBackward(graph, attention, dy, scales);
    const dScores = edgeSoftmaxBackward(graph, { source, target }, attention, dAttention);
    const backward = (vectors: Parameter | undefined, d: Tensor | undefined, scale?: Tensor) => {
      if (vectors === undefined || d === undefined) return;
      using dScores = d;
      const dVectors = parameters.gradient(vectors);
      const options = { scale, dx: dFeatures, dVectors };
      headScoresBackward(features, parameters.weight(vectors), dScores, options);
    };
    backward(this.#attnL, dScores.source, scales?.source);
    backward(this.#attnR, dScores.target);
    return dFeatures;
  }

  #scales(graph: DeviceGraph): DeviceEndScales | undefined {
    return this.#attention.symmetricNorm ? graph.attention : undefined;
  }

  /** The edges kept in a training step, alike in every evaluation of it. */
  #keep({ graph, masks, layer = this.#layer }: Pass): Tensor | undefined {
    const { edgeDropout: rate } = this.#attention;
    return masks && rate > 0 ? edgeDropout(graph, { keys: masks.keys, rate, layer }) : undefined;
  }
}

/** Xavier's normal distribution with ReLU's gain, as DGL draws. */
function xavierNormal(fanIn: number, fanOut: number): { deviation: number } {
  return { deviation: Math.SQRT2 * Math.sqrt(2 / (fanIn + fanOut)) };
}
