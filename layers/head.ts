/** From the last state to logits: Linear(mask ⊙ ReLU(Norm(X))), with a mask of its own. */
import type { Tensor } from "../gpu/tensor.ts";
import { joinColumns, splitColumns } from "../kernels/copy_columns.ts";
import { linear, linearBackwardInput, linearBackwardWeight } from "../kernels/linear.ts";
import { disposing } from "./disposing.ts";
import { dropoutOf, type Evaluation } from "./evaluation.ts";
import { Norm, type NormName } from "./norm.ts";
import type { Parameter, ParameterLayout } from "./parameter_layout.ts";

export interface HeadSaved extends Disposable {
  readonly state: Tensor; // [nodes, channels]
  readonly norm: Tensor; // [nodes, 2], or [2, channels] of a batch norm
  readonly active: Tensor; // [nodes, channels]
}

export class Head {
  readonly #groups: number;
  readonly #norm: Norm;
  /** The classifier, whose bias may start at the labels' log-odds. */
  readonly classifier: Parameter;

  constructor(
    layout: ParameterLayout,
    shape: { channels: number; tasks: number; norm?: NormName },
    groups: number,
  ) {
    this.#groups = groups;
    this.#norm = new Norm(layout, "last_norm", shape.channels, shape.norm);
    this.classifier = layout.linear("node_pred_linear", shape.channels, shape.tasks);
  }

  /** logits [nodes, tasks] of the groups' state. */
  forward(run: Evaluation, x: readonly Tensor[]): { logits: Tensor; saved: HeadSaved } {
    const state = joinColumns(x);
    const { y: active, saved: norm } = this.#norm.forward(run, state, dropoutOf(run, "head"));
    const logits = linear(active, run.parameters.weight(this.classifier));
    return { logits, saved: disposing({ state, norm, active }) };
  }

  /** The state's gradient, group by group; frees what was saved. */
  backward(run: Evaluation, dLogits: Tensor, saved: HeadSaved): Tensor[] {
    const { parameters } = run;
    using _saved = saved;
    const { state, norm, active } = saved;
    linearBackwardWeight(active, dLogits, parameters.gradient(this.classifier));
    using dActive = linearBackwardInput(dLogits, parameters.weight(this.classifier));
    const dropout = dropoutOf(run, "head");
    using dState = this.#norm.backward(run, state, norm, dActive, { dropout });
    return splitColumns(dState, this.#groups);
  }
}
