/** What surrounds a model's stack of blocks: encoders before it, the classifier after it. */
import type { Tensor } from "../gpu/tensor.ts";
import { Block } from "../layers/block.ts";
import { Classifier, type ClassifierSaved } from "../layers/classifier.ts";
import { NodeEncoder } from "../layers/node_encoder.ts";
import { type Parameter, ParameterLayout } from "../layers/parameter_layout.ts";
import type { Owned } from "../layers/owned.ts";
import type { Pass } from "../layers/pass.ts";
import { layOutConvolutions, type MakeConvolution } from "./convolutions.ts";
import { encoderShape, type GraphShape } from "./model.ts";
import type { ModelOptions } from "./options.ts";

/** Lays out the block of a layer and a group under a name. */
export type LayOutBlock = (name: string, layer: number, group: number) => Block;

/** Lays out the layers whose weights are their own; what is made of them is the trunk's `body`. */
export type LayOutBody<Body> = (
  block: LayOutBlock,
  distinct: number,
  layout: ParameterLayout,
) => Body;

/** Layers of different weights where weights are tied: the shared unit of the paper's counts. */
const TIED_LAYERS = 2;

export class Trunk<Body> {
  readonly layout = new ParameterLayout();
  readonly body: Body;
  readonly #encoder: NodeEncoder;
  readonly #classifier: Classifier;

  constructor(
    options: ModelOptions,
    shape: GraphShape,
    body: LayOutBody<Body>,
    ownConvolution?: MakeConvolution,
  ) {
    const { channels, groups, layers, tied, norm, state } = options;
    const { layout } = this;
    this.#encoder = new NodeEncoder(layout, encoderShape(options, shape), groups, state);
    const width = channels / groups;
    const makeConvolution = ownConvolution ?? layOutConvolutions(layout, options, shape);
    const block: LayOutBlock = (name, layer, group) =>
      new Block(layout, name, {
        channels: width,
        firstChannel: group * width,
        norm,
        convolution: (layout, name) => makeConvolution(layout, name, layer, width),
      });
    this.body = body(block, tied ? Math.min(TIED_LAYERS, layers) : layers, layout);
    this.#classifier = new Classifier(layout, { channels, tasks: shape.tasks, norm }, groups);
  }

  /** The last linear map. */
  get classifier(): Parameter {
    return this.#classifier.map;
  }

  /** The first state: groups × [nodes, channels / groups]. */
  encode(pass: Pass): Tensor[] {
    return this.#encoder.forward(pass);
  }

  /** logits [nodes, tasks] of the last state. */
  classify(pass: Pass, x: readonly Tensor[]): { logits: Tensor; saved: ClassifierSaved } {
    return this.#classifier.forward(pass, x);
  }

  /** The last state's gradient, group by group. */
  classifyBackward(pass: Pass, dLogits: Tensor, saved: Owned<ClassifierSaved>): Tensor[] {
    return this.#classifier.backward(pass, dLogits, saved);
  }

  /** Adds the encoders' gradients, from that of the first state. */
  encodeBackward(pass: Pass, dx: readonly Tensor[]): void {
    this.#encoder.backward(pass, dx);
  }
}

export function disposeAll(tensors: readonly Disposable[]): void {
  for (const tensor of tensors) tensor[Symbol.dispose]();
}
