/**
 * ResGNN: the paper's baseline, X ← X + f(X) with activations stored. O(LND) memory. Each layer has a
 * dropout mask of its own, also where layers share weights; only what is rebuilt has to share one.
 */
import type { Tensor } from "../gpu/tensor.ts";
import type { Evaluation } from "../layers/evaluation.ts";
import type { BlockSaved } from "../layers/block.ts";
import type { HeadSaved } from "../layers/head.ts";
import { ResidualLayer, type ResidualSaved } from "../layers/residual.ts";
import { disposeAll, Frame } from "./frame.ts";
import type { GraphShape, Model } from "./model.ts";
import { type GivenOf, type ModelOptions, modelOptions } from "./options.ts";

export type ResGnnOptions = GivenOf<"res-gnn">;

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
    this.options = modelOptions({ ...options, kind: "res-gnn" });
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
    return this.frame.evaluate(run, (one, x, layer) => one.evaluate({ ...run, layer }, x[0]!));
  }

  forward(run: Evaluation): { logits: Tensor; saved: ResGnnSaved } {
    let x = this.frame.encode(run)[0]!;
    const layers = this.frame.layers.map((one, layer) => {
      const { y, saved } = one.forward({ ...run, layer }, x);
      x = y;
      return saved;
    });
    const { logits, saved: head } = this.frame.classify(run, [x]);
    return { logits, saved: { layers, x, head } };
  }

  backward(run: Evaluation, dLogits: Tensor, { layers, x, head }: ResGnnSaved): void {
    const dx = this.frame.classifyBackward(run, dLogits, head);
    disposeAll([x]);
    for (let layer = layers.length - 1; layer >= 0; layer--) {
      this.frame.layers[layer]!.backward({ ...run, layer }, layers[layer]!, dx[0]!);
    }
    this.frame.encodeBackward(run, dx);
    disposeAll(dx);
  }
}
