/**
 * GEN's aggregation with its residual, X + aggregate_j (ReLU(X_j + E u) + ε), by any of its aggregators
 * and with or without message norm (DeeperGCN).
 */
import type { Tensor } from "../gpu/tensor.ts";
import { copy } from "../kernels/copy_columns.ts";
import {
  genAggregate,
  genAggregateBackward,
  genAggregateBackwardEncoder,
} from "../kernels/gen_aggregate.ts";
import {
  genMean,
  genMeanBackward,
  genMeanBackwardEncoder,
  genMeanBackwardLearned,
  genMeanShares,
  type Mean,
} from "../kernels/gen_mean.ts";
import { messageNorm, messageNormBackward } from "../kernels/message_norm.ts";
import {
  type AggregationOptions,
  type AggregationValues,
  aggregationValues,
  aggregatorOf,
} from "./aggregation_options.ts";
import { disposing } from "./disposing.ts";
import type { Owned } from "./owned.ts";
import type { Pass } from "./pass.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

/** Where N nodes have D channels; what an aggregator does not need is not there. */
export interface GenAggregationSaved extends Disposable {
  /** [N, D] of 8 bits, or more for long rows: max. */
  readonly winner?: Tensor | undefined;
  /** [N, 2D] of softmax and power, D more for each of t, p and y that is learned; [N, 0] of add and mean. */
  readonly norms?: Tensor | undefined;
  /** [edge features + 1, D], where edges are encoded: all but max. */
  readonly encoder?: Tensor | undefined;
  /** [N, D]: all but max without message norm. */
  readonly x?: Tensor | undefined;
  /** [N, D]: message norm. */
  readonly message?: Tensor | undefined;
}

const MESSAGE_SCALE = "msg_norm.msg_scale";

/**
 * Values that are not learned are constants. The public code holds y and msg_scale as parameters even
 * then, so that its checkpoints have them.
 */
export class GenAggregation {
  readonly #exponent: Parameter | undefined;
  readonly #degreePower: Parameter | undefined;
  readonly #messageScale: Parameter | undefined;

  readonly #options: AggregationValues;

  constructor(layout: ParameterLayout, name: string, options: AggregationOptions) {
    this.#options = aggregationValues(options);
    const { kind, t, learnT, p, learnP, y, learnY, messageNorm, learnMessageScale } = this.#options;
    const { exponent, scaled } = aggregatorOf(options);
    const held = (learned: boolean, of: string, value: number, flags: string[]) => {
      const tensor = `${name}.${of}`;
      if (learned) return layout.array(tensor, [1], { constant: value });
      layout.constants.push({
        name: tensor,
        value,
        flags,
        published: of === "y" || of === MESSAGE_SCALE,
      });
      return undefined;
    };
    if (exponent === "t") {
      const flags = kind === "softmax_sg" ? ["t"] : ["t", "learn-t"];
      this.#exponent = held(learnT, "t", t, flags);
    }
    if (exponent === "p") this.#exponent = held(learnP, "p", p, ["p", "learn-p"]);
    if (scaled) this.#degreePower = held(learnY, "y", y, ["y", "learn-y"]);
    if (messageNorm) {
      const flags = ["learn-message-scale"];
      this.#messageScale = held(learnMessageScale, MESSAGE_SCALE, 1, flags);
    }
  }

  /** x + the aggregate [nodes, channels]. */
  forward(
    pass: Pass,
    x: Owned<Tensor>,
    encoder: Owned<Tensor> | undefined,
  ): { sum: Tensor; saved: GenAggregationSaved } {
    const normed = this.#options.messageNorm;
    const { y, ...saved } = this.#aggregate(pass, x, encoder);
    if (!normed) return { sum: y, saved: disposing(saved) };
    const sum = messageNorm(x, y, this.#learnedMessageScale(pass)?.messageScale);
    return { sum, saved: disposing({ ...saved, x, message: y }) };
  }

  /** The gradients of x [nodes, channels] and, where edges' are wanted, of the encoder. */
  backward(
    pass: Pass,
    dSum: Tensor,
    saved: GenAggregationSaved,
    ofEncoder: boolean,
  ): { dx: Tensor; dEncoder: Tensor | undefined } {
    const { x, message } = saved;
    if (message === undefined) return this.#aggregateBackward(pass, dSum, saved, ofEncoder);
    const { dx, dm } = messageNormBackward(x!, message, dSum, this.#learnedMessageScale(pass));
    using _dm = dm;
    return this.#aggregateBackward(pass, dm, saved, ofEncoder, dx);
  }

  #aggregate(pass: Pass, x: Owned<Tensor>, encoder: Owned<Tensor> | undefined) {
    const normed = this.#options.messageNorm;
    const mean = this.#mean(pass);
    if (mean !== undefined) {
      const { y, saved: norms } = genMean(pass.graph, { x, encoder }, mean, !normed);
      return { y, norms, encoder, x };
    }
    using _encoder = encoder;
    const { y, winner } = genAggregate(pass.graph, x, encoder, !normed);
    if (!normed) x[Symbol.dispose]();
    return { y, winner };
  }

  /** As the kernels': dx with the residual's gradient, or the messages' added to `into`. */
  #aggregateBackward(
    { graph, parameters }: Pass,
    dy: Tensor,
    { x, encoder, norms, winner }: GenAggregationSaved,
    ofEncoder: boolean,
    into?: Tensor,
  ): { dx: Tensor; dEncoder: Tensor | undefined } {
    const mean = this.#mean({ parameters });
    if (mean === undefined) {
      const dEncoder = ofEncoder ? genAggregateBackwardEncoder(graph, winner!, dy) : undefined;
      return { dx: genAggregateBackward(graph, winner!, dy, into), dEncoder };
    }
    const gradient = (parameter?: Parameter) => parameter && parameters.gradient(parameter);
    genMeanBackwardLearned(mean, norms!, dy, {
      dExponent: gradient(this.#exponent),
      dDegreePower: gradient(this.#degreePower),
    });
    const messages = { x: x!, encoder };
    using shares = genMeanShares(graph, mean, norms!, dy);
    const dEncoder = ofEncoder ? genMeanBackwardEncoder(graph, messages, mean, shares) : undefined;
    const dx = into ?? copy(dy);
    genMeanBackward(graph, messages, mean, shares, dx);
    return { dx, dEncoder };
  }

  /** Absent for max, which weighs nothing. */
  #mean({ parameters }: Pick<Pass, "parameters">): Mean | undefined {
    const { mean, exponent, scaled } = aggregatorOf(this.#options);
    if (mean === undefined) return undefined;
    const { t, p, y } = this.#options;
    const learned = (parameter?: Parameter) => parameter && parameters.weight(parameter);
    return {
      kind: mean,
      exponent: learned(this.#exponent) ?? (exponent === "p" ? p : t),
      degreePower: learned(this.#degreePower) ?? (scaled ? y : undefined),
    };
  }

  #learnedMessageScale(
    { parameters }: Pass,
  ): { messageScale: Tensor; dMessageScale: Tensor | undefined } | undefined {
    const parameter = this.#messageScale;
    return parameter &&
      { messageScale: parameters.weight(parameter), dMessageScale: parameters.gradient(parameter) };
  }
}
