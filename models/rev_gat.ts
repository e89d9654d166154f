/**
 * RevGAT (paper §4.3): GAT convolutions between two of other widths, reversible in groups, batch norms.
 * Its input may hold labels beside the features: those a step is given, and guesses in the others' place.
 * Activations O(ND) whatever the depth, but for 2 words a channel of each batch norm.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { joinColumns, splitColumns } from "../kernels/copy_columns.ts";
import { dropout } from "../kernels/dropout.ts";
import { linear, linearBackwardWeight } from "../kernels/linear.ts";
import { Block, type BlockSaved } from "../layers/block.ts";
import { dropoutOf, type Evaluation } from "../layers/evaluation.ts";
import { GatConvolution, type GatConvolutionSaved } from "../layers/gat_convolution.ts";
import { KeptStatistics } from "../layers/kept_statistics.ts";
import { Norm } from "../layers/norm.ts";
import { type Parameter, ParameterLayout } from "../layers/parameter_layout.ts";
import { ReversibleLayer } from "../layers/reversible.ts";
import { disposeAll } from "./frame.ts";
import type { GraphShape, Model } from "./model.ts";
import {
  type ConvolutionOptions,
  type GivenOf,
  type ModelOptions,
  modelOptions,
} from "./options.ts";

/** The first and the last layer are not reversible. */
const OUTER_LAYERS = 2;

export type RevGatOptions = GivenOf<"rev-gat">;

/** What the outer layers saved, and the last state; of the layers between, statistics alone. */
export interface RevGatSaved {
  readonly first: GatConvolutionSaved;
  readonly x: readonly Tensor[]; // groups × [nodes, channels / groups]
  readonly statistics: Tensor | undefined; // [1, 2 words a channel of each batch norm]
  readonly state: Tensor; // [nodes, channels]
  readonly norm: Tensor; // [2, channels], or [nodes, 2] of a layer norm
  readonly last: GatConvolutionSaved;
}

export class RevGat implements Model<RevGatSaved> {
  readonly options: ModelOptions;
  readonly layout = new ParameterLayout();
  readonly layers: readonly ReversibleLayer<BlockSaved>[];
  /** The bias at the end. */
  readonly classifier: Parameter;
  readonly #first: GatConvolution;
  readonly #last: GatConvolution;
  readonly #statistics: KeptStatistics;
  readonly #norm: Norm;

  constructor(options: RevGatOptions, { features, tasks }: GraphShape) {
    const all = modelOptions({ ...options, kind: "rev-gat" });
    this.options = all;
    const { layers, channels, groups, norm, labels } = all;
    const { kind: _, ...attention } = all.convolution as ConvolutionOptions & { kind: "gat" };
    const { heads } = attention;
    const { layout } = this;
    const width = channels / groups;
    this.#first = new GatConvolution(layout, "convs.0", {
      ...attention,
      inputs: features + (labels ? tasks : 0),
      outputs: channels / heads,
      layer: 0,
    });
    const convolutionOf = (layer: number) => (layout: ParameterLayout, name: string) =>
      new GatConvolution(layout, name, {
        ...attention,
        inputs: width,
        outputs: width / heads,
        layer,
      });
    const branch = (layer: number, group: number) =>
      new Block(layout, `convs.${layer}._fn.Fms.${group}`, {
        channels: width,
        firstChannel: group * width,
        norm,
        member: "conv",
        convolution: convolutionOf(layer),
      });
    this.layers = Array.from(
      { length: layers - OUTER_LAYERS },
      (_, i) => new ReversibleLayer(Array.from({ length: groups }, (_, g) => branch(i + 1, g))),
    );
    this.#statistics = new KeptStatistics(layout, this.layers.length, this.layers.length);
    this.#norm = new Norm(layout, "norm", channels, norm);
    this.#last = new GatConvolution(layout, `convs.${layers - 1}`, {
      ...attention,
      heads: 1,
      inputs: channels,
      outputs: tasks,
      layer: layers - 1,
    });
    this.classifier = layout.array("bias_last.bias", [tasks], { constant: 0 });
  }

  evaluate(run: Evaluation): Tensor {
    const { logits, saved } = this.forward(run);
    const { first, x, statistics, state, norm, last } = saved;
    for (const one of [first, ...x, statistics, state, norm, last]) one?.[Symbol.dispose]();
    return logits;
  }

  forward(run: Evaluation): { logits: Tensor; saved: RevGatSaved } {
    const { h, saved: first } = this.#enter(run);
    const x = splitColumns(h, this.options.groups);
    h[Symbol.dispose]();
    const statistics = this.#statistics.allocate(run);
    this.layers.forEach((layer, i) => layer.forward(this.#statistics.at(run, statistics, i), x));

    const state = joinColumns(x);
    const { y: active, saved: norm } = this.#norm.forward(run, state, dropoutOf(run, "head"));
    const logits = zeros(run, this.classifier.cols);
    const last = this.#last.forward(run, active, logits, 1);
    using nothing = run.graph.gpu.empty(logits.rows, 0);
    linear(nothing, run.parameters.weight(this.classifier), { y: logits, sign: 1 });
    return { logits, saved: { first, x, statistics, state, norm, last } };
  }

  backward(run: Evaluation, dLogits: Tensor, saved: RevGatSaved): void {
    using first = saved.first;
    using _statistics = saved.statistics;
    const dx = this.#backwardEnd(run, dLogits, saved);
    for (let i = this.layers.length - 1; i >= 0; i--) {
      this.layers[i]!.backward(this.#statistics.at(run, saved.statistics, i), saved.x, dx);
    }
    using dh = joinColumns(dx);
    disposeAll([...saved.x, ...dx]);
    using _dInput = this.#first.backward(run, dh, first);
  }

  /** From the input, features and labels under their mask, to the first state [nodes, channels]. */
  #enter(run: Evaluation): { h: Tensor; saved: GatConvolutionSaved } {
    const { graph, labels, masks } = run;
    const { channels, inputDropout = 0 } = this.options;
    if ((labels !== undefined) !== Boolean(this.options.labels)) {
      throw new RangeError(
        labels ? "Cannot use labels as inputs: the model takes none" : "Cannot do without labels",
      );
    }
    let input = joinColumns(labels ? [graph.x, labels] : [graph.x]);
    if (masks && inputDropout > 0) {
      using whole = input;
      const { keys } = masks;
      input = dropout(whole, { keys, rate: inputDropout, stream: "input", firstChannel: 0 });
    }
    const h = zeros(run, channels);
    return { h, saved: this.#first.forward(run, input, h, 1) };
  }

  /** The last state's gradient, group by group. */
  #backwardEnd(
    run: Evaluation,
    dLogits: Tensor,
    saved: Pick<RevGatSaved, "state" | "norm" | "last">,
  ): Tensor[] {
    using state = saved.state;
    using norm = saved.norm;
    using last = saved.last;
    using nothing = run.graph.gpu.empty(dLogits.rows, 0);
    linearBackwardWeight(nothing, dLogits, run.parameters.gradient(this.classifier));
    using dActive = this.#last.backward(run, dLogits, last);
    const masked = { dropout: dropoutOf(run, "head") };
    using dState = this.#norm.backward(run, state, norm, dActive, masked);
    return splitColumns(dState, this.options.groups);
  }
}

/** What a convolution is added to: [nodes, channels]. */
function zeros({ graph: { gpu, nodes } }: Evaluation, channels: number): Tensor {
  const tensor = gpu.empty(nodes, channels);
  gpu.clear(tensor);
  return tensor;
}
