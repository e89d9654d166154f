/** What all models share: encoders before the layers, the head after them. */
import type { Tensor } from "../gpu/tensor.ts";
import type { Evaluation } from "../layers/evaluation.ts";
import { Block } from "../layers/block.ts";
import { Head, type HeadSaved } from "../layers/head.ts";
import { KeptStatistics } from "../layers/kept_statistics.ts";
import { NodeEncoder } from "../layers/node_encoder.ts";
import { type Parameter, ParameterLayout } from "../layers/parameter_layout.ts";
import { layOutConvolutions } from "./convolutions.ts";
import type { GraphShape } from "./model.ts";
import type { ModelOptions } from "./options.ts";

/** Builds layer `index`; `block` lays out one branch under a name. */
export type MakeLayer<L> = (
  index: number,
  block: (name: string, group: number) => Block,
) => L;

/** Layers of different weights where weights are tied: the shared unit of the paper's counts. */
const TIED_LAYERS = 2;

export class Frame<L> {
  readonly layout = new ParameterLayout();
  readonly layers: readonly L[];
  readonly classifier: Parameter;
  /** The layers' alone: the head is not evaluated twice. */
  readonly statistics: KeptStatistics;
  readonly #encoder: NodeEncoder;
  readonly #head: Head;

  constructor(options: ModelOptions, shape: GraphShape, layer: MakeLayer<L>) {
    const { channels, groups, layers, tied, norm } = options;
    this.#encoder = new NodeEncoder(this.layout, { ...shape, channels }, groups);
    const width = channels / groups;
    const makeConvolution = layOutConvolutions(this.layout, options, shape);
    const blockOf = (index: number) => (name: string, group: number) =>
      new Block(this.layout, name, {
        channels: width,
        firstChannel: group * width,
        norm,
        convolution: (layout, name) => makeConvolution(layout, name, index),
      });
    const distinct = Array.from(
      { length: tied ? Math.min(TIED_LAYERS, layers) : layers },
      (_, index) => layer(index, blockOf(index)),
    );
    // A layer that is met again adds to the same gradients.
    this.layers = Array.from({ length: layers }, (_, index) => distinct[index % distinct.length]!);
    this.statistics = new KeptStatistics(this.layout, layers, distinct.length);
    this.#head = new Head(this.layout, { channels, tasks: shape.tasks, norm }, groups);
    this.classifier = this.#head.classifier;
  }

  /** The first state: groups × [nodes, channels / groups]. */
  encode(run: Evaluation): Tensor[] {
    return this.#encoder.forward(run);
  }

  /** logits [nodes, tasks] of the last state. */
  classify(run: Evaluation, x: readonly Tensor[]): { logits: Tensor; saved: HeadSaved } {
    return this.#head.forward(run, x);
  }

  /** The last state's gradient, group by group. */
  classifyBackward(run: Evaluation, dLogits: Tensor, saved: HeadSaved): Tensor[] {
    return this.#head.backward(run, dLogits, saved);
  }

  encodeBackward(run: Evaluation, dx: readonly Tensor[]): void {
    this.#encoder.backward(run, dx);
  }

  /** logits of a model whose layers turn the state in place. */
  evaluate(
    run: Evaluation,
    turn: (layer: L, x: readonly Tensor[], index: number) => void,
  ): Tensor {
    const x = this.encode(run);
    this.layers.forEach((layer, index) => turn(layer, x, index));
    const { logits, saved } = this.classify(run, x);
    saved[Symbol.dispose]();
    disposeAll(x);
    return logits;
  }
}

export function disposeAll(tensors: readonly Tensor[]): void {
  for (const tensor of tensors) tensor[Symbol.dispose]();
}
