/** The interface of every model: what it is told and what it can do. */
import type { GraphOutline } from "../graphs/graph.ts";
import { isStored, type PartedGraph } from "../graphs/parts/stored_graph.ts";
import { weightsOf } from "../graphs/degree_scales.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { GraphUse } from "../batch/device_graph.ts";
import { disposing } from "../layers/disposing.ts";
import type { Owned } from "../layers/owned.ts";
import type { Parameter, ParameterLayout } from "../layers/parameter_layout.ts";
import type { Pass } from "../layers/pass.ts";
import type { ReversibleStack } from "../layers/reversible_stack.ts";
import type { MakeConvolution } from "./convolutions.ts";
import type { ModelOptions } from "./options.ts";

/** What a model reads of a graph: edge features are GEN's alone, weights as such GCN's; one's own may both. */
export function usedBy(
  { options, ownConvolution }: Pick<Model, "options" | "ownConvolution">,
): Pick<GraphUse, "edgeFeatures" | "weights"> {
  if (ownConvolution) return { edgeFeatures: true, weights: true };
  const { convolution } = options;
  return {
    edgeFeatures: convolution.kind === "gen" && convolution.encodeEdges,
    weights: convolution.kind === "gcn",
  };
}

/**
 * Whether all of a model's steps on a graph launch the same kernels: not where a solve ends sooner or later,
 * or where a convolution of one's own may do as it likes.
 */
export function recordsAlike({ options, ownConvolution }: Model): boolean {
  return !(options.equilibrium || ownConvolution);
}

/** Throws a sentence where the model would take the root of a sum of weights below 0. */
export function checkWeights({ convolution }: ModelOptions, graph: PartedGraph): void {
  if (isStored(graph)) return; // its edges have none
  const weights = convolution.kind === "gcn" ? weightsOf(graph) : undefined;
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
  /** Columns of the nodes' features. */
  readonly features: number;
  /** Columns of the nodes' categories; 0 where they have none. */
  readonly categories: number;
  /** Columns of the edge features; 0 where there are none. */
  readonly edgeFeatures: number;
  /** Columns of the labels: tasks, or classes. */
  readonly tasks: number;
}

/** What a node encoder is laid out for: the columns of its inputs, and the channels that it maps them to. */
export function encoderShape(options: ModelOptions, shape: GraphShape) {
  const { features, categories, tasks } = shape;
  const { channels } = options;
  return { features, categories, labels: labelColumns(options, tasks), channels };
}

/** Columns of a model's label inputs: those of the labels themselves, and of each hop's sums. */
export function labelColumns({ labels, labelHops }: ModelOptions, tasks: number): number {
  return labels ? tasks * (1 + labelHops) : 0;
}

/** The shape of a graph, for a model's constructor. */
export function shapeOf({ x, oneHot, edgeFeatures, labels }: GraphOutline): GraphShape {
  return {
    features: x.cols,
    categories: oneHot?.cols ?? 0,
    edgeFeatures: edgeFeatures.cols,
    tasks: labels.cols,
  };
}

/**
 * A description of a network: options and parameters' places. Values and device come with a pass. What
 * solves for an equilibrium looks at the device in between, and so returns promises.
 */
export interface Model {
  /** All of the model's options, defaults filled in. */
  readonly options: ModelOptions;
  /** In place of the options' convolution; options do not tell it, and so neither do rows nor states. */
  readonly ownConvolution?: MakeConvolution | undefined;
  /** Where each parameter stands. */
  readonly layout: ParameterLayout;
  /** The last linear map, whose bias may start at the labels' log-odds. */
  readonly classifier: Parameter;
  /** logits [nodes, tasks], which are the caller's; nothing is kept for a backward pass. */
  predict(pass: Pass): Tensor | Promise<Tensor>;
  /** logits, and what its backward pass needs, until it is disposed of. What throws leaves nothing behind. */
  forward(pass: Pass): Forward | Promise<Forward>;
}

/** A model whose layers between the first state and the last are reversible. */
export interface ReversibleModel extends Model {
  /** The first state: groups × [nodes, channels / groups]. */
  encode(pass: Pass): Tensor[];
  /** The layers that turn it into the last. */
  readonly stack: ReversibleStack;
}

/** A forward pass with its backward pass. Disposing of it, before or after that, frees all it holds. */
export interface Forward<Saved extends Disposable = Disposable> extends Disposable {
  /** [nodes, tasks]: the model's outputs before sigmoid or softmax. */
  readonly logits: Tensor;
  /** What the backward pass needs of the forward pass. */
  readonly saved: Saved;
  /** Adds every parameter's gradient to its place; once, as what was saved is used up by it. */
  backward(dLogits: Tensor): void | Promise<void>;
}

/** Bundles what a pass made; `backward` may let go of parts of what was saved on its way. */
export function forwardOf<Saved extends Disposable>(
  logits: Owned<Tensor>,
  saved: Owned<Saved>,
  backward: (dLogits: Tensor, saved: Owned<Saved>) => void | Promise<void>,
): Forward<Saved> {
  let isBack = false;
  return {
    ...disposing({ logits, saved }),
    backward(dLogits) {
      if (isBack) throw new Error("Cannot go back twice: what the forward pass saved is used up");
      isBack = true;
      return backward(dLogits, saved);
    },
  };
}
