/** What every model of the suite is told, and what it can do. */
import type { Graph } from "../graphs/graph.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { AggregationOptions } from "../layers/aggregation_options.ts";
import type { Evaluation } from "../layers/evaluation.ts";
import type { Parameter, ParameterLayout } from "../layers/parameter_layout.ts";
import type { ConvolutionName } from "./convolutions.ts";

/** The options of a model, as the paper's tables give them. */
export interface ModelOptions {
  readonly kind: "res-gnn" | "rev-gnn";
  readonly layers: number;
  readonly channels: number;
  /** Channel groups C of a reversible model; 1 for a residual one. */
  readonly groups: number;
  readonly dropout: number;
  /** Whether two layers' weights are repeated over the depth (paper §3.3); default false. */
  readonly tied?: boolean;
  /** The graph convolution of every block; default "gen". Only that one takes edge features in. */
  readonly convolution?: ConvolutionName;
  /** How GEN aggregates messages; default max. */
  readonly aggregation?: AggregationOptions;
  /** Whether GEN takes edge features in, where the graph has any; default true. */
  readonly encodeEdges?: boolean;
}

/** What a model must know of its data before it is counted or allocated. */
export interface GraphShape {
  readonly features: number;
  readonly categories: number;
  readonly edgeFeatures: number;
  readonly tasks: number;
}

/** The shape of a graph, for a model's constructor. */
export function shapeOf({ x, oneHot, edgeFeatures, labels }: Graph): GraphShape {
  return {
    features: x.cols,
    categories: oneHot?.cols ?? 0,
    edgeFeatures: edgeFeatures.cols,
    tasks: labels.cols,
  };
}

/** A description of a network: options and parameters' places. Values and device come with a run. */
export interface Model<Saved = unknown> {
  readonly options: ModelOptions;
  readonly layout: ParameterLayout;
  /** The last linear map, whose bias may start at the labels' log-odds. */
  readonly classifier: Parameter;
  /** logits [nodes, tasks]; nothing is kept for a backward pass. */
  evaluate(run: Evaluation): Tensor;
  /** logits [nodes, tasks], and what `backward` needs. */
  forward(run: Evaluation): { logits: Tensor; saved: Saved };
  /** Adds every parameter's gradient to its place, and frees what was saved. */
  backward(run: Evaluation, dLogits: Tensor, saved: Saved): void;
}

/** Throws a sentence unless the options describe a network. */
export function checkModelOptions({ layers, channels, groups, dropout }: ModelOptions): void {
  for (const [name, value] of Object.entries({ layers, channels, groups })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Cannot build a model of ${value} ${name}: at least 1 is needed`);
    }
  }
  if (channels % groups !== 0) {
    throw new RangeError(
      `Cannot split ${channels} channels into ${groups} groups: ` +
        `channels must be a multiple of groups`,
    );
  }
  if (!(dropout >= 0 && dropout < 1)) {
    throw new RangeError(`Cannot drop out at rate ${dropout}: it must be at least 0 and below 1`);
  }
}
