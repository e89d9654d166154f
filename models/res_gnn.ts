/**
 * ResGNN: the paper's baseline, X ← X + f(X) with activations stored. O(LND) memory. Each layer has a
 * dropout mask of its own, also where layers share weights; only what is rebuilt has to share one.
 */
import type { Tensor } from "../gpu/tensor.ts";
import type { BlockSaved } from "../layers/block.ts";
import type { ClassifierSaved } from "../layers/classifier.ts";
import { disposing } from "../layers/disposing.ts";
import type { Owned } from "../layers/owned.ts";
import type { Parameter, ParameterLayout } from "../layers/parameter_layout.ts";
import type { Pass } from "../layers/pass.ts";
import { ResidualLayer, type ResidualSaved } from "../layers/residual.ts";
import type { MakeConvolution } from "./convolutions.ts";
import { type Forward, forwardOf, type GraphShape, type Model } from "./model.ts";
import { type GivenOf, type ModelOptions, modelOptions } from "./options.ts";
import { disposeAll, Trunk } from "./trunk.ts";

/** Options of a ResGNN; `layers` and `channels` must be given. */
export type ResGnnOptions = GivenOf<"res-gnn">;

/** Every layer's input and activations. */
export interface ResGnnSaved extends Disposable {
  /** What each layer saved, the first one first. */
  readonly layers: readonly ResidualSaved<BlockSaved>[];
  /** [nodes, channels]: the last state. */
  readonly x: Tensor;
  /** What the classifier saved. */
  readonly classifier: ClassifierSaved;
}

/** A residual network whose activations are all stored: O(LND) for L layers. */
export class ResGnn implements Model {
  /** All of the model's options, defaults filled in; a convolution of one's own is none of them. */
  readonly options: ModelOptions;
  /** What lays out the convolutions in place of the options', if it was given. */
  readonly ownConvolution: MakeConvolution | undefined;
  /** Its body is the layers in the order of passing; one met again adds to the same gradients. */
  readonly #trunk: Trunk<readonly ResidualLayer<BlockSaved>[]>;

  /**
   * Lays the network out for graphs of a shape, with its blocks' convolutions by the options, or by
   * `ownConvolution`. Throws a sentence where an option cannot be used.
   */
  constructor(options: ResGnnOptions, shape: GraphShape, ownConvolution?: MakeConvolution) {
    this.ownConvolution = ownConvolution;
    this.options = modelOptions({ ...options, kind: "res-gnn" });
    const { layers } = this.options;
    this.#trunk = new Trunk(this.options, shape, (block, distinct) => {
      const own = Array.from(
        { length: distinct },
        (_, index) => new ResidualLayer(block(`gcns.${index}`, index, 0)),
      );
      return Array.from({ length: layers }, (_, index) => own[index % distinct]!);
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

  predict(pass: Pass): Tensor {
    using scope = pass.graph.gpu.scope();
    using x = this.#trunk.encode(pass)[0]!;
    this.#trunk.body.forEach((one, layer) => one.predict({ ...pass, layer }, x));
    const { logits, saved } = this.#trunk.classify(pass, [x]);
    saved[Symbol.dispose]();
    scope.keep();
    return logits;
  }

  forward(pass: Pass): Forward<ResGnnSaved> {
    using scope = pass.graph.gpu.scope();
    let x = this.#trunk.encode(pass)[0]!;
    const layers = this.#trunk.body.map((one, layer) => {
      const { y, saved } = one.forward({ ...pass, layer }, x);
      x = y;
      return saved;
    });
    const { logits, saved: classifier } = this.#trunk.classify(pass, [x]);
    const saved = disposing({ layers, x, classifier });
    scope.keep();
    return forwardOf(logits, saved, (dLogits) => this.#backward(pass, dLogits, saved));
  }

  #backward(pass: Pass, dLogits: Tensor, { layers, x, classifier }: Owned<ResGnnSaved>): void {
    using scope = pass.graph.gpu.scope();
    const dx = this.#trunk.classifyBackward(pass, dLogits, classifier);
    disposeAll([x]);
    for (let layer = layers.length - 1; layer >= 0; layer--) {
      using saved = layers[layer]!;
      this.#trunk.body[layer]!.backward({ ...pass, layer }, dx[0]!, saved);
    }
    this.#trunk.encodeBackward(pass, dx);
    disposeAll(dx);
    scope.keep();
  }
}
