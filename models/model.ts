/** What every model of the suite is told, and what it can do. */
import type { Graph } from "../graphs/graph.ts";
import { weightsOf } from "../graphs/scales.ts";
import type { GraphUse } from "../gpu/device_graph.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { type AggregationOptions, checkAggregation } from "../layers/aggregation_options.ts";
import type { Evaluation } from "../layers/evaluation.ts";
import { type EquilibriumOptions, withDefaults } from "../layers/equilibrium_options.ts";
import type { NormName } from "../layers/norm.ts";
import type { AttentionOptions } from "../layers/gat_convolution.ts";
import type { Parameter, ParameterLayout } from "../layers/parameter_layout.ts";
import type { ConvolutionName } from "./convolutions.ts";

/** The options of a model, as the paper's tables give them. */
export interface ModelOptions {
  readonly kind: "res-gnn" | "rev-gnn" | "rev-gat" | "deq-gnn";
  /** Of a DEQ-GNN, which has no depth, 1. */
  readonly layers: number;
  readonly channels: number;
  /** Channel groups C of a reversible model; 1 for a residual one. */
  readonly groups: number;
  readonly dropout: number;
  /** Whether two layers' weights are repeated over the depth (paper §3.3); default false. */
  readonly tied?: boolean;
  /** The graph convolution of every block; default "gen". Only that one takes edge features in. */
  readonly convolution?: ConvolutionName;
  /** Every norm of the model: in the blocks, in GEN's MLP, before the head; default "layer". */
  readonly norm?: NormName;
  /** What the convolution "gat" is told. */
  readonly attention?: AttentionOptions;
  /** Rate of a mask of RevGAT's input; default 0. */
  readonly inputDropout?: number;
  /** Whether RevGAT is given labels as inputs; default false. */
  readonly labels?: boolean;
  /** How GEN aggregates messages; default max. */
  readonly aggregation?: AggregationOptions;
  /** Whether GEN takes edge features in, where the graph has any; default true. */
  readonly encodeEdges?: boolean;
  /** How a DEQ-GNN is solved for and differentiated. */
  readonly equilibrium?: EquilibriumOptions;
}

/** What a model's constructor is told, those with defaults of its own left open. */
export type ModelOptionsOf<Open extends keyof ModelOptions> =
  & Omit<ModelOptions, "kind" | Open>
  & Partial<Pick<ModelOptions, Open>>;

/** What a model reads of a graph: edge features are GEN's alone, weights as such GCN's. */
export function usedBy(
  { options }: Pick<Model, "options">,
): Pick<GraphUse, "edgeFeatures" | "weights"> {
  const { convolution = "gen", encodeEdges = true } = options;
  return {
    edgeFeatures: convolution === "gen" && encodeEdges,
    weights: convolution === "gcn",
  };
}

/** Throws a sentence where the model would take the root of a sum of weights below 0. */
export function checkWeights({ convolution }: ModelOptions, graph: Graph): void {
  const weights = convolution === "gcn" ? weightsOf(graph) : undefined;
  const edge = weights?.findIndex((weight) => weight < 0) ?? -1;
  if (edge < 0) return;
  const target = graph.rowPtr.findIndex((end) => end > edge) - 1;
  throw new RangeError(
    `Cannot normalise ${graph.name} for gcn as edge ${graph.colIdx[edge]} → ${target} has weight ` +
      `${weights![edge]}: expected none below 0, use --convolution gen, which takes any`,
  );
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

/**
 * A description of a network: options and parameters' places. Values and device come with a run. What
 * solves for an equilibrium looks at the device in between, and so returns promises.
 */
export interface Model<Saved = unknown> {
  readonly options: ModelOptions;
  readonly layout: ParameterLayout;
  /** The last linear map, whose bias may start at the labels' log-odds. */
  readonly classifier: Parameter;
  /** logits [nodes, tasks]; nothing is kept for a backward pass. */
  evaluate(run: Evaluation): Tensor | Promise<Tensor>;
  /** logits [nodes, tasks], and what `backward` needs. */
  forward(run: Evaluation): Forward<Saved> | Promise<Forward<Saved>>;
  /** Adds every parameter's gradient to its place, and frees what was saved. */
  backward(run: Evaluation, dLogits: Tensor, saved: Saved): void | Promise<void>;
}

/** A forward pass: logits [nodes, tasks], and what its backward pass needs. */
export interface Forward<Saved> {
  readonly logits: Tensor;
  readonly saved: Saved;
}

/** Throws a sentence unless the options describe a network. */
export function checkModelOptions(options: ModelOptions): void {
  const { layers, channels, groups, dropout } = options;
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
  for (const rate of [dropout, options.inputDropout ?? 0]) {
    if (rate >= 0 && rate < 1) continue;
    throw new RangeError(`Cannot drop out at rate ${rate}: it must be at least 0 and below 1`);
  }
  if (options.convolution === "gat" || options.kind === "rev-gat") {
    checkAttention(channels / groups, options.attention);
  }
  checkKind(options);
  if (options.aggregation) checkAggregation(options.aggregation);
  if (options.equilibrium) withDefaults(options.equilibrium);
}

/** Throws a sentence where an option is of another kind of model. */
function checkKind({ kind, norm, tied, labels, inputDropout, equilibrium }: ModelOptions): void {
  const refuse = (given: unknown, what: string) => {
    if (given) throw new RangeError(`Cannot build a ${kind} with ${what}`);
  };
  if (kind === "deq-gnn") {
    refuse(norm === "batch", "batch norms: their statistics would change with every step");
    refuse(tied, "tied weights: it has one cell");
  } else refuse(equilibrium, "options of an equilibrium: only a deq-gnn solves for one");
  if (kind === "rev-gat") return;
  refuse(labels, "labels as inputs: only a rev-gat takes them");
  refuse(inputDropout, "a mask of its input: only a rev-gat has one");
}

function checkAttention(
  width: number,
  { heads = 1, edgeDropout = 0 }: AttentionOptions = {},
): void {
  if (!Number.isInteger(heads) || heads < 1) {
    throw new RangeError(`Cannot build a model of ${heads} heads: at least 1 is needed`);
  }
  if (width % heads !== 0) {
    throw new RangeError(
      `Cannot split a group's ${width} channels into ${heads} heads: ` +
        `channels must be a multiple of heads`,
    );
  }
  if (!(edgeDropout >= 0 && edgeDropout < 1)) {
    throw new RangeError(
      `Cannot drop edges at rate ${edgeDropout}: it must be at least 0 and below 1`,
    );
  }
}
