/** From the last state to logits: Linear(mask ⊙ ReLU(Norm(X))), with a mask of its own. */
import type { Tensor } from "../gpu/tensor.ts";
import { joinColumns, splitColumns } from "../kernels/copy_columns.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import { normAct, normActBackward } from "../kernels/norm_act.ts";
import { disposing } from "./disposing.ts";
import { dropoutOf, type Evaluation } from "./evaluation.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

export interface HeadSaved extends Disposable {
  readonly state: Tensor; // [nodes, channels]
  readonly moments: Tensor; // [nodes, 2]
  readonly active: Tensor; // [nodes, channels]
}

export class Head {
  readonly #norm: Parameter;
  /** The classifier, whose bias may start at the labels' log-odds. */
  readonly classifier: Parameter;

  constructor(
    layout: ParameterLayout,
    shape: { channels: number; tasks: number },
    private readonly groups: number,
  ) {
    this.#norm = layout.norm("last_norm", shape.channels);
    this.classifier = layout.linear("node_pred_linear", shape.channels, shape.tasks);
  }

  /** logits [nodes, tasks] of the groups' state. */
  forward(run: Evaluation, x: readonly Tensor[]): { logits: Tensor; saved: HeadSaved } {
    const { parameters } = run;
    const state = joinColumns(x);
    const norm = parameters.weight(this.#norm);
    const { y: active, moments } = normAct(state, norm, dropoutOf(run, 1, 0));
    const logits = linear(active, parameters.weight(this.classifier));
    return { logits, saved: disposing({ state, moments, active }) };
  }

  /** The state's gradient, group by group; frees what was saved. */
  backward(run: Evaluation, dLogits: Tensor, saved: HeadSaved): Tensor[] {
    const { parameters } = run;
    using _saved = saved;
    const { state, moments, active } = saved;
    linearBackwardWeight(active, dLogits, parameters.gradient(this.classifier));
    using dActive = linearBackwardInput(dLogits, parameters.weight(this.classifier));
    using dState = normActBackward(state, parameters.weight(this.#norm), moments, dActive, {
      dAffine: parameters.gradient(this.#norm),
      dropout: dropoutOf(run, 1, 0),
    });
    return splitColumns(dState, this.groups);
  }
}
