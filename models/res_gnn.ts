/** ResGNN: the paper's baseline, X ← X + f(X) with activations stored. O(LND) memory. */
import type { Tensor } from "../gpu/tensor.ts";
import type { AggregationOptions } from "../layers/aggregation_options.ts";
import type { Evaluation } from "../layers/evaluation.ts";
import type { BlockSaved } from "../layers/block.ts";
import type { HeadSaved } from "../layers/head.ts";
import { ResidualLayer, type ResidualSaved } from "../layers/residual.ts";
import type { ConvolutionName } from "./convolutions.ts";
import { disposeAll, Frame } from "./frame.ts";
import type { GraphShape, Model, ModelOptions } from "./model.ts";

export interface ResGnnOptions {
  readonly layers: number;
  readonly channels: number;
  /** Rate of the mask that all layers share, and of the one before the head; default 0. */
  readonly dropout?: number;
  /** Whether two layers' weights are repeated over the depth, WT-ResGNN; default false. */
  readonly tied?: boolean;
  /** The graph convolution of every block; default "gen". */
  readonly convolution?: ConvolutionName;
  /** How GEN aggregates messages; default max. */
  readonly aggregation?: AggregationOptions;
  /** Whether GEN takes edge features in, where the graph has any; default true. */
  readonly encodeEdges?: boolean;
}

/** Every layer's input and activations. */
export interface ResGnnSaved {
  readonly layers: readonly ResidualSaved<BlockSaved>[];
  readonly x: Tensor; // [nodes, channels]
  readonly head: HeadSaved;
}

export class ResGnn implements Model<ResGnnSaved> {
  readonly options: ModelOptions;
  readonly frame: Frame<ResidualLayer<BlockSaved>>;

  constructor(options: ResGnnOptions, shape: GraphShape) {
    this.options = { kind: "res-gnn", dropout: 0, tied: false, ...options, groups: 1 };
    this.frame = new Frame(
      this.options,
      shape,
      (index, block) => new ResidualLayer(block(`gcns.${index}`, 0)),
    );
  }

  get layout() {
    return this.frame.layout;
  }

  get classifier() {
    return this.frame.classifier;
  }

  evaluate(run: Evaluation): Tensor {
    return this.frame.evaluate(run, (layer, x) => layer.evaluate(run, x[0]!));
  }

  forward(run: Evaluation): { logits: Tensor; saved: ResGnnSaved } {
    let x = this.frame.encode(run)[0]!;
    const layers = this.frame.layers.map((layer) => {
      const { y, saved } = layer.forward(run, x);
      x = y;
      return saved;
    });
    const { logits, saved: head } = this.frame.classify(run, [x]);
    return { logits, saved: { layers, x, head } };
  }

  backward(run: Evaluation, dLogits: Tensor, { layers, x, head }: ResGnnSaved): void {
    const dx = this.frame.classifyBackward(run, dLogits, head);
    disposeAll([x]);
    for (let i = layers.length - 1; i >= 0; i--) {
      this.frame.layers[i]!.backward(run, layers[i]!, dx[0]!);
    }
    this.frame.encodeBackward(run, dx);
    disposeAll(dx);
  }
}
