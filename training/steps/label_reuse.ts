/** Prediction by a model that may take labels as inputs: known ones, and its own guesses for other nodes. */
import type { DeviceGraph } from "../../batch/device_graph.ts";
import type { DeviceGivenLabels } from "../../batch/label_inputs.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { joinColumns } from "../../kernels/copy_columns.ts";
import { labelInput } from "../../kernels/label_input.ts";
import { spmm } from "../../kernels/spmm.ts";
import { disposing } from "../../layers/disposing.ts";
import type { Owned } from "../../layers/owned.ts";
import type { Context, EvaluationPass, Pass } from "../../layers/pass.ts";
import type { Model } from "../../models/model.ts";
import { disposeAll } from "../../models/trunk.ts";

/** Records a prediction: logits [nodes, tasks]. A model with label inputs is given all training labels. */
export async function predictModel(model: Model, context: Context): Promise<Tensor> {
  using scope = context.graph.gpu.scope();
  using own = await evaluationPass(model, context);
  const logits = await model.predict(own.pass);
  scope.keep();
  return logits;
}

/** The pass of a prediction, with the label inputs of a model that has them. */
export async function evaluationPass(
  model: Model,
  context: Context,
): Promise<Disposable & { readonly pass: EvaluationPass }> {
  const pass: EvaluationPass = { ...context, mode: "evaluation", masks: undefined };
  const labels = model.options.labels
    ? await reusedLabels(model, pass, pass.graph.labelInputs.known)
    : undefined;
  return { pass: { ...pass, ...labels && { labels } }, ...disposing({ labels }) };
}

/**
 * The labels of the nodes for which they are given, and for all others what the model predicts from them:
 * label reuse (paper §4.3), as often as the model's options say.
 */
export async function reusedLabels(
  model: Model,
  pass: Pass,
  { given, means }: DeviceGivenLabels,
): Promise<Tensor> {
  const { labels: known } = pass.graph;
  let labels = withHops(model, pass.graph, labelInput(known, given, { means }));
  for (let iteration = 0; iteration < model.options.labelIterations; iteration++) {
    using before = labels;
    using logits = await model.predict({ ...pass, labels: before });
    labels = withHops(model, pass.graph, labelInput(known, given, { logits, means }));
  }
  return labels;
}

/**
 * Label inputs and, beside them, their sums over neighbours, over neighbours' neighbours and so on, each by the
 * root of the number of in-edges. A node's own label comes back to it over two hops only if it is given.
 */
function withHops({ options }: Model, graph: DeviceGraph, labels: Owned<Tensor>): Tensor {
  if (options.labelHops === 0) return labels;
  const columns = [labels];
  for (let hop = 0; hop < options.labelHops; hop++) {
    columns.push(spmm(graph, columns.at(-1)!, graph.rooted));
  }
  const joined = joinColumns(columns);
  disposeAll(columns);
  return joined;
}
