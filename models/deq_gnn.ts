/**
 * DEQ-GNN (paper §3.4): the state is the fixed point of one cell of two convolutions, into which the
 * encoded nodes are injected, X = LayerNorm(Linear(x)). Activations O(ND) whatever the number of the
 * solver's steps.
 *
 * The LayerNorm, which learns nothing, is what the paper leaves open. X is added to a state of deviation
 * 1, beside which the encoder's own output is hardly seen where features are small: 0.05 on
 * wordnet-frames. And an encoder drawn larger learns slower, as Adam's steps do not grow with the
 * weights; with the norm they count by the weights' own size, as in every other model here.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { copy } from "../kernels/copy_columns.ts";
import { dropout } from "../kernels/dropout.ts";
import { layerNorm, layerNormBackward } from "../kernels/layer_norm.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import { disposing } from "../layers/disposing.ts";
import { Equilibrium, type EquilibriumSaved } from "../layers/equilibrium.ts";
import { EquilibriumCell } from "../layers/equilibrium_cell.ts";
import { dropoutOf, type Pass } from "../layers/pass.ts";
import { NodeEncoder } from "../layers/node_encoder.ts";
import { type Parameter, ParameterLayout } from "../layers/parameter_layout.ts";
import { layOutConvolutions } from "./convolutions.ts";
import { encoderShape, type Forward, forwardOf, type GraphShape, type Model } from "./model.ts";
import { type GivenOf, type ModelOptions, modelOptions } from "./options.ts";

/** Options of a DEQ-GNN; only `channels` must be given. */
export type DeqGnnOptions = GivenOf<"deq-gnn">;

/** What is injected, what the equilibrium's gradient passes, and the classifier's input. */
export interface DeqGnnSaved extends Disposable {
  /** [nodes, channels]: the encoded nodes after their LayerNorm. */
  readonly x: Tensor;
  /** [nodes, 1]: 1 / deviation of each row before it. */
  readonly inverseDeviations: Tensor;
  /** What the equilibrium saved. */
  readonly equilibrium: EquilibriumSaved;
  /** [nodes, channels]: the classifier's input. */
  readonly active: Tensor;
}

/** A network of one cell, whose output is the state that the cell does not change (paper §3.3). */
export class DeqGnn implements Model {
  /** All of the model's options, defaults filled in. */
  readonly options: ModelOptions;
  /** Where each parameter stands. */
  readonly layout = new ParameterLayout();
  /** The last linear map. */
  readonly classifier: Parameter;
  /** The map whose fixed point is the network's last state. */
  readonly cell: EquilibriumCell;
  readonly #encoder: NodeEncoder;
  readonly #equilibrium: Equilibrium;

  /** Lays the network out for graphs of a shape. Throws a sentence where an option cannot be used. */
  constructor(options: DeqGnnOptions, shape: GraphShape) {
    const all = modelOptions({ ...options, kind: "deq-gnn" });
    this.options = all;
    const { layout } = this;
    const { channels } = all;
    this.#encoder = new NodeEncoder(layout, encoderShape(all, shape), 1);
    const convolution = layOutConvolutions(layout, this.options, shape);
    this.cell = new EquilibriumCell(layout, "deq", {
      channels,
      convolution: (layout, name) => convolution(layout, name, 0, channels),
    });
    this.#equilibrium = new Equilibrium(this.cell, all.equilibrium ?? {});
    this.classifier = layout.linear("node_pred_linear", channels, shape.tasks);
  }

  async predict(pass: Pass): Promise<Tensor> {
    using scope = pass.graph.gpu.scope();
    const { y, inverseDeviations } = this.#inject(pass);
    using x = y;
    using _deviations = inverseDeviations;
    using z = await this.#equilibrium.predict(pass, x);
    const logits = linear(z, pass.parameters.weight(this.classifier));
    scope.keep();
    return logits;
  }

  forward(pass: Pass): Promise<Forward<DeqGnnSaved>> {
    return this.#passOf(pass, "rebuilt");
  }

  /** The same with each step's activations stored where a reversible solve would undo its steps. */
  forwardStored(pass: Pass): Promise<Forward<DeqGnnSaved>> {
    return this.#passOf(pass, "stored");
  }

  async #passOf(pass: Pass, activations: "rebuilt" | "stored"): Promise<Forward<DeqGnnSaved>> {
    using scope = pass.graph.gpu.scope();
    const { y: x, inverseDeviations } = this.#inject(pass);
    const { y, saved: equilibrium } = await this.#equilibrium.forward(pass, x, activations);
    using z = y;
    const active = masked(pass, z);
    const logits = linear(active, pass.parameters.weight(this.classifier));
    const saved = disposing({ x, inverseDeviations, equilibrium, active });
    scope.keep();
    return forwardOf(logits, saved, (dLogits) => this.#backward(pass, dLogits, saved));
  }

  async #backward(pass: Pass, dLogits: Tensor, saved: DeqGnnSaved): Promise<void> {
    using scope = pass.graph.gpu.scope();
    const { parameters } = pass;
    const { x, inverseDeviations, equilibrium, active } = saved;
    linearBackwardWeight(active, dLogits, parameters.gradient(this.classifier));
    using dActive = linearBackwardInput(dLogits, parameters.weight(this.classifier));
    using dz = masked(pass, dActive);
    using dx = await this.#equilibrium.backward(pass, dz, equilibrium);
    using dEncoded = layerNormBackward(x, inverseDeviations, dx);
    this.#encoder.backward(pass, [dEncoded]);
    scope.keep();
  }

  #inject(pass: Pass): { y: Tensor; inverseDeviations: Tensor } {
    using encoded = this.#encoder.forward(pass)[0]!;
    return layerNorm(encoded);
  }
}

/** mask ⊙ x with the mask before the classifier, which is its own gradient. */
function masked(pass: Pass, x: Tensor): Tensor {
  const mask = dropoutOf(pass, "classifier");
  return mask ? dropout(x, mask) : copy(x);
}
