/**
 * RevGAT (paper §4.3): GAT convolutions between two of other widths, reversible in groups, batch norms.
 * Its input may hold labels beside the features: those a step is given, and guesses in the others' place.
 * Activations O(ND) whatever the depth, but for 2 words a channel of each batch norm.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { joinColumns, splitColumns } from "../kernels/copy_columns.ts";
import { type Dropout, dropout } from "../kernels/dropout.ts";
import { linear, linearBackwardWeight } from "../kernels/linear.ts";
import { Block } from "../layers/block.ts";
import { disposing } from "../layers/disposing.ts";
import { nodeColumns } from "../layers/node_columns.ts";
import { dropoutOf, type Pass } from "../layers/pass.ts";
import { GatConvolution, type GatConvolutionSaved } from "../layers/gat_convolution.ts";
import type { Owned } from "../layers/owned.ts";
import { InputNorm, type InputNormSaved } from "../layers/input_norm.ts";
import { Norm } from "../layers/norm.ts";
import { type Parameter, ParameterLayout } from "../layers/parameter_layout.ts";
import { ReversibleLayer } from "../layers/reversible.ts";
import { ReversibleStack, type Stack, type StackSaved } from "../layers/reversible_stack.ts";
import { stackBy } from "./stacks.ts";
import { disposeAll } from "./trunk.ts";
import {
  type Forward,
  forwardOf,
  type GraphShape,
  labelColumns,
  type ReversibleModel,
} from "./model.ts";
import {
  type ConvolutionOptions,
  type GivenOf,
  type ModelOptions,
  modelOptions,
} from "./options.ts";

/** The first and the last layer are not reversible. */
const OUTER_LAYERS = 2;

/** Options of a RevGAT; `layers` and `channels` must be given. */
export type RevGatOptions = GivenOf<"rev-gat">;

/**
 * What the outer layers saved, and the last state; of the layers between, statistics alone, where activations
 * are rebuilt.
 */
export interface RevGatSaved extends Disposable {
  /** What the input's norm saved, where there is one. */
  readonly input: InputNormSaved | undefined;
  /** What the first attention layer saved. */
  readonly first: GatConvolutionSaved;
  /** groups × [nodes, channels / groups]: the last state, group by group. */
  readonly x: readonly Tensor[];
  /** What the stack saved; what follows is there where it rebuilds its activations. */
  readonly stack: Disposable & Partial<StackSaved>;
  /** [nodes, channels]: the last state, its groups joined. */
  readonly state: Tensor;
  /** [2, channels], or [nodes, 2] of a layer norm: what the last norm measured. */
  readonly norm: Tensor;
  /** What the last attention layer saved. */
  readonly last: GatConvolutionSaved;
}

/** A reversible network of graph attention, between a first and a last attention layer. */
export class RevGat implements ReversibleModel {
  /** All of the model's options, defaults filled in. */
  readonly options: ModelOptions;
  /** Where each parameter stands. */
  readonly layout = new ParameterLayout();
  /** The bias at the end. */
  readonly classifier: Parameter;
  readonly #inputNorm: InputNorm | undefined;
  readonly #first: GatConvolution;
  readonly #last: GatConvolution;
  /** The reversible layers, between `encode` and the last attention layer. */
  readonly stack: ReversibleStack;
  readonly #norm: Norm;

  /** Lays the network out for graphs of a shape. Throws a sentence where an option cannot be used. */
  constructor(options: RevGatOptions, { features, tasks }: GraphShape) {
    const all = modelOptions({ ...options, kind: "rev-gat" });
    this.options = all;
    const { layers, channels, groups, norm } = all;
    const { kind: _, ...attention } = all.convolution as ConvolutionOptions & { kind: "gat" };
    const { heads } = attention;
    const { layout } = this;
    const width = channels / groups;
    const inputs = features + labelColumns(all, tasks);
    this.#first = new GatConvolution(layout, "convs.0", {
      ...attention,
      inputs,
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
    const between = Array.from(
      { length: layers - OUTER_LAYERS },
      (_, i) => new ReversibleLayer(Array.from({ length: groups }, (_, g) => branch(i + 1, g))),
    );
    this.stack = new ReversibleStack(layout, between);
    if (all.inputNorm) this.#inputNorm = new InputNorm(layout, "input_norm", inputs);
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

  /** The first state: groups × [nodes, channels / groups]. */
  encode(pass: Pass): Tensor[] {
    const { x, input, first } = this.#enter(pass);
    disposing({ input, first })[Symbol.dispose]();
    return x;
  }

  predict(pass: Pass): Tensor {
    const { logits, saved } = this.#forward(pass, this.stack);
    saved[Symbol.dispose]();
    return logits;
  }

  forward(pass: Pass): Forward<RevGatSaved> {
    const stack = stackBy(this.options.activations, this.stack);
    const { logits, saved } = this.#forward(pass, stack);
    return forwardOf(logits, saved, (dLogits) => this.#backward(pass, stack, dLogits, saved));
  }

  #forward(pass: Pass, of: Stack): { logits: Tensor; saved: RevGatSaved } {
    using scope = pass.graph.gpu.scope();
    const { x, input, first } = this.#enter(pass);
    const stack = of.forward(pass, x);

    const state = joinColumns(x);
    const { y: active, saved: norm } = this.#norm.forward(
      pass,
      state,
      dropoutOf(pass, "classifier"),
    );
    const logits = zeros(pass, this.classifier.cols);
    const last = this.#last.forward(pass, active, logits, 1);
    using nothing = pass.graph.gpu.empty(logits.rows, 0);
    linear(nothing, pass.parameters.weight(this.classifier), { y: logits, sign: 1 });
    scope.keep();
    return { logits, saved: disposing({ input, first, x, stack, state, norm, last }) };
  }

  #backward(pass: Pass, stack: Stack, dLogits: Tensor, saved: Owned<RevGatSaved>): void {
    using scope = pass.graph.gpu.scope();
    const { input, first, x } = saved;
    const dx = this.#backwardEnd(pass, dLogits, saved);
    stack.backward(pass, x, dx, saved.stack);
    using dh = joinColumns(dx);
    disposeAll([...x, ...dx]);
    using dInput = this.#first.backward(pass, dh, first);
    if (input) this.#inputNorm!.backward(pass, input, dInput, this.#inputMask(pass));
    scope.keep();
  }

  /** From the input, features and labels under their mask, to the first state, group by group. */
  #enter(
    pass: Pass,
  ): { x: Tensor[]; input: InputNormSaved | undefined; first: GatConvolutionSaved } {
    const { channels, groups, state } = this.options;
    const { features, labels } = nodeColumns(pass, this.options.labels);
    const whole = joinColumns([features, ...labels]);
    const mask = this.#inputMask(pass);
    const normed = this.#inputNorm?.forward(pass, whole, mask);
    using h = zeros(pass, channels);
    const first = this.#first.forward(pass, normed?.y ?? masked(whole, mask), h, 1);
    return { x: splitColumns(h, groups, state), input: normed?.saved, first };
  }

  /** The mask of the input; undefined where nothing is masked. */
  #inputMask({ masks }: Pass): Dropout | undefined {
    const { inputDropout: rate } = this.options;
    if (!masks || rate === 0) return undefined;
    return { keys: masks.keys, rate, stream: "input", firstChannel: 0 };
  }

  /** The last state's gradient, group by group; lets go of what it has passed. */
  #backwardEnd(
    pass: Pass,
    dLogits: Tensor,
    saved: Owned<RevGatSaved>,
  ): Tensor[] {
    using state = saved.state;
    using norm = saved.norm;
    using last = saved.last;
    using nothing = pass.graph.gpu.empty(dLogits.rows, 0);
    linearBackwardWeight(nothing, dLogits, pass.parameters.gradient(this.classifier));
    using dActive = this.#last.backward(pass, dLogits, last);
    const masked = { dropout: dropoutOf(pass, "classifier") };
    using dState = this.#norm.backward(pass, state, norm, dActive, masked);
    return splitColumns(dState, this.options.groups);
  }
}

/** The same under a mask, where there is one. */
function masked(x: Owned<Tensor>, mask: Dropout | undefined): Tensor {
  if (mask === undefined) return x;
  using whole = x;
  return dropout(whole, mask);
}

/** What a convolution is added to: [nodes, channels]. */
function zeros({ graph: { gpu, nodes } }: Pass, channels: number): Tensor {
  const tensor = gpu.empty(nodes, channels);
  gpu.clear(tensor);
  return tensor;
}
