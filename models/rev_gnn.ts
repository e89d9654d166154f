/** RevGNN: grouped reversible layers (paper §3.1). Activations O(ND) whatever the depth. */
import type { Tensor } from "../gpu/tensor.ts";
import type { ClassifierSaved } from "../layers/classifier.ts";
import { disposing } from "../layers/disposing.ts";
import type { Owned } from "../layers/owned.ts";
import type { Parameter, ParameterLayout } from "../layers/parameter_layout.ts";
import type { Pass } from "../layers/pass.ts";
import { ReversibleLayer } from "../layers/reversible.ts";
import { RecomputedStack } from "../layers/recomputed_stack.ts";
import { ReversibleStack, type Stack, type StackSaved } from "../layers/reversible_stack.ts";
import type { MakeConvolution } from "./convolutions.ts";
import { type Forward, forwardOf, type GraphShape, type ReversibleModel } from "./model.ts";
import { type GivenOf, type ModelOptions, modelOptions } from "./options.ts";
import { stackBy } from "./stacks.ts";
import { disposeAll, Trunk } from "./trunk.ts";

/** Options of a RevGNN; `layers` and `channels` must be given. */
export type RevGnnOptions = GivenOf<"rev-gnn">;

/**
 * The last state and what the classifier saved. Of the layers nothing but what batch norms measured, where
 * activations are rebuilt.
 */
export interface RevGnnSaved extends Disposable {
  /** groups × [nodes, channels / groups]: the last state, group by group. */
  readonly x: readonly Tensor[];
  /** What the stack saved; what follows is there where it rebuilds its activations. */
  readonly stack: Disposable & Partial<StackSaved>;
  /** What the classifier saved. */
  readonly classifier: ClassifierSaved;
}

/** A grouped reversible network, which rebuilds its activations on the way back. */
export class RevGnn implements ReversibleModel {
  /** All of the model's options, defaults filled in; a convolution of one's own is none of them. */
  readonly options: ModelOptions;
  /** What lays out the convolutions in place of the options', if it was given. */
  readonly ownConvolution: MakeConvolution | undefined;
  readonly #trunk: Trunk<ReversibleStack>;

  /**
   * Lays the network out for graphs of a shape, with its blocks' convolutions by the options, or by
   * `ownConvolution`. Throws a sentence where an option cannot be used.
   */
  constructor(options: RevGnnOptions, shape: GraphShape, ownConvolution?: MakeConvolution) {
    this.ownConvolution = ownConvolution;
    this.options = modelOptions({ ...options, kind: "rev-gnn" });
    const { groups, layers } = this.options;
    this.#trunk = new Trunk(this.options, shape, (block, distinct, layout) => {
      const layer = (index: number) =>
        new ReversibleLayer(
          Array.from(
            { length: groups },
            (_, group) => block(`gcns.${index}._fn.Fms.${group}`, index, group),
          ),
        );
      const own = Array.from({ length: distinct }, (_, index) => layer(index));
      return new ReversibleStack(layout, own, layers);
    }, ownConvolution);
  }

  /** Where each parameter stands. */
  get layout(): ParameterLayout {
    return this.#trunk.layout;
  }

  /** The last linear map. */
  get classifier(): Parameter {
    return this.#trunk.classifier;
  }

  /** The layers, between `encode` and the classifier. */
  get stack(): ReversibleStack {
    return this.#trunk.body;
  }

  /** The same layers in a stack by the option `activations`. */
  get #way(): Stack {
    return stackBy(this.options.activations, this.stack);
  }

  /** The first state: groups × [nodes, channels / groups]. */
  encode(pass: Pass): Tensor[] {
    return this.#trunk.encode(pass);
  }

  predict(pass: Pass): Tensor {
    const { logits, saved } = this.#forward(pass, this.stack);
    saved[Symbol.dispose]();
    return logits;
  }

  forward(pass: Pass): Forward<RevGnnSaved> {
    return this.#passOf(pass, this.#way);
  }

  /** The same with each layer's input stored, from which the way back starts: O(LND) memory, no drift. */
  forwardStored(pass: Pass): Forward<RevGnnSaved> {
    return this.#passOf(pass, new RecomputedStack(this.stack.layers, 1));
  }

  #passOf(pass: Pass, stack: Stack): Forward<RevGnnSaved> {
    const { logits, saved } = this.#forward(pass, stack);
    return forwardOf(logits, saved, (dLogits) => this.#backward(pass, stack, dLogits, saved));
  }

  #forward(pass: Pass, stack: Stack): { logits: Tensor; saved: RevGnnSaved } {
    using scope = pass.graph.gpu.scope();
    const x = this.encode(pass);
    const ofStack = stack.forward(pass, x);
    const { logits, saved: classifier } = this.#trunk.classify(pass, x);
    scope.keep();
    return { logits, saved: disposing({ x, stack: ofStack, classifier }) };
  }

  #backward(pass: Pass, stack: Stack, dLogits: Tensor, saved: Owned<RevGnnSaved>): void {
    using scope = pass.graph.gpu.scope();
    const { x, classifier } = saved;
    const dx = this.#trunk.classifyBackward(pass, dLogits, classifier);
    stack.backward(pass, x, dx, saved.stack);
    this.#trunk.encodeBackward(pass, dx);
    disposeAll(dx);
    scope.keep();
  }
}
