/** Evaluating a model that may take labels as inputs: known labels first, then its own guesses beside them. */
import type { Tensor } from "../gpu/tensor.ts";
import { labelInput } from "../kernels/label_input.ts";
import type { Evaluation } from "../layers/evaluation.ts";
import type { Model } from "../models/model.ts";

/** Records an evaluation: logits [nodes, tasks]. A model of label inputs is given all training labels. */
export async function evaluateModel(model: Model, run: Evaluation): Promise<Tensor> {
  if (!model.options.labels) return await model.evaluate(run);
  using labels = await reusedLabels(model, run, run.graph.trains);
  return await model.evaluate({ ...run, labels });
}

/**
 * The labels given [1, nodes] u32, and for all other nodes what the model predicts from them: one
 * iteration of label reuse (paper §4.3).
 */
export async function reusedLabels(model: Model, run: Evaluation, given: Tensor): Promise<Tensor> {
  const known = run.graph.labels;
  using labels = labelInput(known, given);
  using logits = await model.evaluate({ ...run, labels });
  return labelInput(known, given, logits);
}
