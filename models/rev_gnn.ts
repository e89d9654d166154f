/** RevGNN: grouped reversible layers (paper §3.1). Activations O(ND) whatever the depth. */
import type { Tensor } from "../gpu/tensor.ts";
import type { AggregationOptions } from "../layers/aggregation_options.ts";
import type { Evaluation } from "../layers/evaluation.ts";
import type { BlockSaved } from "../layers/block.ts";
import type { HeadSaved } from "../layers/head.ts";
import { ReversibleLayer } from "../layers/reversible.ts";
import type { ConvolutionName } from "./convolutions.ts";
import { disposeAll, Frame } from "./frame.ts";
import type { GraphShape, Model, ModelOptions } from "./model.ts";

export interface RevGnnOptions {
  readonly layers: number;
  readonly channels: number;
  /** Channel groups C; default 2, as in the paper. */
  readonly groups?: number;
  /** Rate of the mask that all layers share, and of the one before the head; default 0. */
  readonly dropout?: number;
  /** Whether two layers' weights are repeated over the depth, WT-RevGNN; default false. */
  readonly tied?: boolean;
  /** The graph convolution of every block; default "gen". */
  readonly convolution?: ConvolutionName;
  /** How GEN aggregates messages; default max. */
  readonly aggregation?: AggregationOptions;
  /** Whether GEN takes edge features in, where the graph has any; default true. */
  readonly encodeEdges?: boolean;
}

/** The last state and what the head saved: nothing of any layer. */
export interface RevGnnSaved {
  readonly x: readonly Tensor[]; // groups × [nodes, channels / groups]
  readonly head: HeadSaved;
}

export class RevGnn implements Model<RevGnnSaved> {
  readonly options: ModelOptions;
  readonly frame: Frame<ReversibleLayer<BlockSaved>>;

  constructor(options: RevGnnOptions, shape: GraphShape) {
    this.options = { kind: "rev-gnn", groups: 2, dropout: 0, tied: false, ...options };
    const { groups } = this.options;
    if (groups < 2) {
      throw new RangeError(
        `Cannot build a reversible model of ${groups} group: a layer rebuilds each group ` +
          "from another, so at least 2 are needed",
      );
    }
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
    const x = this.frame.encode(run);
    for (const layer of this.frame.layers) layer.forward(run, x);
    const { logits, saved: head } = this.frame.classify(run, x);
    return { logits, saved: { x, head } };
  }

  backward(run: Evaluation, dLogits: Tensor, { x, head }: RevGnnSaved): void {
    const dx = this.frame.classifyBackward(run, dLogits, head);
    for (const layer of this.frame.layers.toReversed()) layer.backward(run, x, dx);
    this.frame.encodeBackward(run, dx);
    disposeAll([...x, ...dx]);
  }
}
