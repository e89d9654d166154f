/** RevGNN: grouped reversible layers (paper §3.1). Activations O(ND) whatever the depth. */
import type { Tensor } from "../gpu/tensor.ts";
import type { Evaluation } from "../layers/evaluation.ts";
import type { BlockSaved } from "../layers/block.ts";
import type { HeadSaved } from "../layers/head.ts";
import { ReversibleLayer } from "../layers/reversible.ts";
import { disposeAll, Frame } from "./frame.ts";
import type { GraphShape, Model } from "./model.ts";
import { type GivenOf, type ModelOptions, modelOptions } from "./options.ts";

export type RevGnnOptions = GivenOf<"rev-gnn">;

/** The last state and what the head saved: nothing of any layer but what batch norms measured. */
export interface RevGnnSaved {
  readonly x: readonly Tensor[]; // groups × [nodes, channels / groups]
  readonly statistics: Tensor | undefined; // [repetitions, 2 words a channel of each batch norm]
  readonly head: HeadSaved;
}

export class RevGnn implements Model<RevGnnSaved> {
  readonly options: ModelOptions;
  readonly frame: Frame<ReversibleLayer<BlockSaved>>;

  constructor(options: RevGnnOptions, shape: GraphShape) {
    this.options = modelOptions({ ...options, kind: "rev-gnn" });
    const { groups } = this.options;
    this.frame = new Frame(
      this.options,
      shape,
      (index, block) =>
        new ReversibleLayer(
          Array.from(
            { length: groups },
            (_, group) => block(`gcns.${index}._fn.Fms.${group}`, group),
          ),
        ),
    );
  }

  get layout() {
    return this.frame.layout;
  }

  get classifier() {
    return this.frame.classifier;
  }

  evaluate(run: Evaluation): Tensor {
    return this.frame.evaluate(run, (layer, x) => layer.forward(run, x));
  }

  forward(run: Evaluation): { logits: Tensor; saved: RevGnnSaved } {
    const { layers, statistics: kept } = this.frame;
    const x = this.frame.encode(run);
    const statistics = kept.allocate(run);
    layers.forEach((layer, i) => layer.forward(kept.at(run, statistics, i), x));
    const { logits, saved: head } = this.frame.classify(run, x);
    return { logits, saved: { x, statistics, head } };
  }

  backward(run: Evaluation, dLogits: Tensor, { x, statistics, head }: RevGnnSaved): void {
    const { layers, statistics: kept } = this.frame;
    using _statistics = statistics;
    const dx = this.frame.classifyBackward(run, dLogits, head);
    for (let i = layers.length - 1; i >= 0; i--) {
      layers[i]!.backward(kept.at(run, statistics, i), x, dx);
    }
    this.frame.encodeBackward(run, dx);
    disposeAll([...x, ...dx]);
  }
}
