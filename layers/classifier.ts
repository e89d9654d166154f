/** The classifier from the last state to logits: Linear(mask ⊙ ReLU(Norm(X))), with its own mask. */
import type { Tensor } from "../gpu/tensor.ts";
import { joinColumns, splitColumns } from "../kernels/copy_columns.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import { disposing } from "./disposing.ts";
import type { Owned } from "./owned.ts";
import { dropoutOf, type Pass } from "./pass.ts";
import { Norm, type NormName } from "./norm.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

/** What a classifier saves for its backward pass. */
export interface ClassifierSaved extends Disposable {
  /** [nodes, channels]: the last state, its groups joined. */
  readonly state: Tensor;
  /** [nodes, 2], or [2, channels] of a batch norm: what the norm measured. */
  readonly norm: Tensor;
  /** [nodes, channels]: the input of the linear map. */
  readonly active: Tensor;
}

export class Classifier {
  readonly #groups: number;
  readonly #norm: Norm;
  /** The linear map, whose bias may start at the labels' log-odds. */
  readonly map: Parameter;

  constructor(
    layout: ParameterLayout,
    shape: { channels: number; tasks: number; norm?: NormName },
    groups: number,
  ) {
    this.#groups = groups;
    this.#norm = new Norm(layout, "last_norm", shape.channels, shape.norm);
    this.map = layout.linear("node_pred_linear", shape.channels, shape.tasks);
  }

  /** logits [nodes, tasks] of the groups' state. */
  forward(pass: Pass, x: readonly Tensor[]): { logits: Tensor; saved: ClassifierSaved } {
    const state = joinColumns(x);
    const { y: active, saved: norm } = this.#norm.forward(
      pass,
      state,
      dropoutOf(pass, "classifier"),
    );
    const logits = linear(active, pass.parameters.weight(this.map));
    return { logits, saved: disposing({ state, norm, active }) };
  }

  /** The state's gradient, group by group. */
  backward(pass: Pass, dLogits: Tensor, saved: Owned<ClassifierSaved>): Tensor[] {
    const { parameters } = pass;
    using _saved = saved;
    const { state, norm, active } = saved;
    linearBackwardWeight(active, dLogits, parameters.gradient(this.map));
    // Before others are made: else here would be the peak of a reversible network's step.
    active[Symbol.dispose]();
    const dActive = linearBackwardInput(dLogits, parameters.weight(this.map));
    const dropout = dropoutOf(pass, "classifier");
    using dState = this.#norm.backward(pass, state, norm, dActive, { dropout });
    dActive[Symbol.dispose]();
    state[Symbol.dispose]();
    return splitColumns(dState, this.#groups);
  }
}
