/** Predictions of a graph by a model's values: by parts and views, within the range of its state. */
import type { Matrix } from "../../graphs/graph.ts";
import type { PartedGraph } from "../../graphs/parts/stored_graph.ts";
import type { Device } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Parameters } from "../../layers/parameters.ts";
import type { Context, Pass, SolveReport } from "../../layers/pass.ts";
import { type Model, usedBy } from "../../models/model.ts";
import { evaluationPass, predictModel } from "./label_reuse.ts";
import { type InferenceOptions, predict, predictedParts } from "./predict.ts";
import { RangeWatch } from "./range_watch.ts";

/** How a graph is predicted, and who is told how an equilibrium model's solves end. */
export interface PredictOptions
  extends Pick<InferenceOptions, "parts" | "views" | "seed" | "size"> {
  /** Is told how each solve of an equilibrium model ended. */
  readonly onSolve?: (report: SolveReport) => void;
}

/** logits, as `predict` returns them. Throws a sentence where a fixed-point state leaves its range. */
export async function predictGraph(
  gpu: Device,
  model: Model,
  parameters: Parameters,
  graph: PartedGraph,
  { onSolve, ...given }: PredictOptions = {},
): Promise<Matrix> {
  const options = { ...given, ...usedBy(model) };
  using watch = new RangeWatch(gpu, model);
  const { outsiders } = watch;
  const context = (graph: DeviceGraph): Context => ({
    ...{ graph, parameters, outsiders },
    ...onSolve && { equilibrium: { onSolve } },
  });
  const logits = await predict(gpu, graph, (graph) => predictModel(model, context(graph)), options);
  const passOf = (graph: DeviceGraph) => evaluationPass(model, context(graph));
  const left = await watch.left(() => predictionPasses(gpu, model, graph, options, passOf));
  if (left !== undefined) throw new RangeError(`Cannot predict: ${left}`);
  return logits;
}

/** The passes of a prediction by these parts and views once more, each made by `passOf`. */
export async function* predictionPasses(
  gpu: Device,
  model: Model,
  graph: PartedGraph,
  options: PredictOptions,
  passOf: (graph: DeviceGraph) => Promise<Disposable & { readonly pass: Pass }>,
): AsyncGenerator<Pass> {
  for (const part of predictedParts(graph, options)) {
    using device = new DeviceGraph(gpu, part, { ...usedBy(model), backward: false });
    using own = await passOf(device);
    yield own.pass;
  }
}
