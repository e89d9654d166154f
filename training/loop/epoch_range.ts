/** Looks whether a fixed-point state has left its range in an epoch, and says where, at the weights of its end. */
import { partsOnTheSpot } from "../../graphs/parts/parts.ts";
import type { Device } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Pass } from "../../layers/pass.ts";
import { usedBy } from "../../models/model.ts";
import { predictionPasses } from "../steps/predict_graph.ts";
import type { Trainer } from "../steps/trainer.ts";
import type { TrainingSettings } from "../settings.ts";
import type { GraphOfRun } from "./graph_of_run.ts";

/** Throws a sentence where a training step left the range: its gradients are worth nothing. */
export async function checkTrainingRange(
  gpu: Device,
  trainer: Trainer,
  graph: GraphOfRun,
  epoch: number,
  { parts, seed }: TrainingSettings,
): Promise<void> {
  const left = await trainer.range.training.left(() =>
    trainingPasses(gpu, trainer, graph, epoch, { parts, seed })
  );
  if (left !== undefined) {
    throw new RangeError(`Cannot go on training in epoch ${epoch}: ${left}`);
  }
}

/** An epoch's training passes once more. */
async function* trainingPasses(
  gpu: Device,
  trainer: Trainer,
  { data, whole, source }: GraphOfRun,
  epoch: number,
  { parts, seed }: Pick<TrainingSettings, "parts" | "seed">,
): AsyncGenerator<Pass> {
  const first = (epoch - 1) * parts + 1;
  using drawn = source && partsOnTheSpot(data, { parts, epochs: epoch, firstEpoch: epoch, seed });
  for (let batch = 0; batch < parts; batch++) {
    using part = drawn && new DeviceGraph(gpu, (await drawn.next()).graph, usedBy(trainer.model));
    using own = await trainer.trainingPass(part ?? whole!, first + batch);
    yield own.pass;
  }
}

/**
 * Whether an evaluation stayed in the range; a note says where it did not. That ends no training: a batch
 * norm's running statistics may be far from a deep network's at first.
 */
export async function isEvaluatedInRange(
  gpu: Device,
  trainer: Trainer,
  { data }: GraphOfRun,
  epoch: number,
  { evaluateParts: parts, seed }: TrainingSettings,
): Promise<boolean> {
  const options = { parts, seed: seed + epoch };
  const left = await trainer.range.evaluation.left(() =>
    predictionPasses(gpu, trainer.model, data, options, (graph) => trainer.evaluationPass(graph))
  );
  if (left === undefined) return true;
  console.warn(`note: epoch ${epoch} has no score: in its evaluation ${left}`);
  return false;
}
