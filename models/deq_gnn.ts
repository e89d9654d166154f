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
import { Equilibrium, type EquilibriumSaved } from "../layers/equilibrium.ts";
import { EquilibriumCell } from "../layers/equilibrium_cell.ts";
import { dropoutOf, type Evaluation } from "../layers/evaluation.ts";
import { NodeEncoder } from "../layers/node_encoder.ts";
import { type Parameter, ParameterLayout } from "../layers/parameter_layout.ts";
import { layOutConvolutions } from "./convolutions.ts";
import type { GraphShape, Model } from "./model.ts";
import { type GivenOf, type ModelOptions, modelOptions } from "./options.ts";

export type DeqGnnOptions = GivenOf<"deq-gnn">;

/** What is injected, what the equilibrium's gradient passes, and the classifier's input. */
export interface DeqGnnSaved {
  readonly x: Tensor; // [nodes, channels]
  readonly scales: Tensor; // [nodes, 1]
  readonly equilibrium: EquilibriumSaved;
  readonly active: Tensor; // [nodes, channels]
}

export class DeqGnn implements Model<DeqGnnSaved> {
  readonly options: ModelOptions;
  readonly layout = new ParameterLayout();
  readonly classifier: Parameter;
  readonly cell: EquilibriumCell;
  readonly #encoder: NodeEncoder;
  readonly #equilibrium: Equilibrium;

  constructor(options: DeqGnnOptions, shape: GraphShape) {
    const all = modelOptions({ ...options, kind: "deq-gnn" });
    this.options = all;
    const { layout } = this;
    const { channels } = all;
    this.#encoder = new NodeEncoder(layout, { ...shape, channels }, 1);
    const convolution = layOutConvolutions(layout, this.options, shape);
    this.cell = new EquilibriumCell(layout, "deq", {
      channels,
      convolution: (layout, name) => convolution(layout, name, 0),
    });
    this.#equilibrium = new Equilibrium(this.cell, all.equilibrium ?? {});
    this.classifier = layout.linear("node_pred_linear", channels, shape.tasks);
  }

  async evaluate(run: Evaluation): Promise<Tensor> {
    const { y, scales } = this.#inject(run);
    using x = y;
    using _scales = scales;
    using z = await this.#equilibrium.evaluate(run, x);
    return linear(z, run.parameters.weight(this.classifier));
  }

  async forward(run: Evaluation): Promise<{ logits: Tensor; saved: DeqGnnSaved }> {
    const { y: x, scales } = this.#inject(run);
    const { y, saved: equilibrium } = await this.#equilibrium.forward(run, x);
    using z = y;
    const active = masked(run, z);
    const logits = linear(active, run.parameters.weight(this.classifier));
    return { logits, saved: { x, scales, equilibrium, active } };
  }

  async backward(run: Evaluation, dLogits: Tensor, saved: DeqGnnSaved): Promise<void> {
    const { parameters } = run;
    using x = saved.x;
    using scales = saved.scales;
    using active = saved.active;
    using equilibrium = saved.equilibrium;
    linearBackwardWeight(active, dLogits, parameters.gradient(this.classifier));
    using dActive = linearBackwardInput(dLogits, parameters.weight(this.classifier));
    using dz = masked(run, dActive);
    using dx = await this.#equilibrium.backward(run, dz, equilibrium);
    using dEncoded = layerNormBackward(x, scales, dx);
    this.#encoder.backward(run, [dEncoded]);
  }

  #inject(run: Evaluation): { y: Tensor; scales: Tensor } {
    using encoded = this.#encoder.forward(run)[0]!;
    return layerNorm(encoded);
  }
}

/** mask ⊙ x with the mask before the classifier, which is its own gradient. */
function masked(run: Evaluation, x: Tensor): Tensor {
  const mask = dropoutOf(run, "head");
  return mask ? dropout(x, mask) : copy(x);
}
