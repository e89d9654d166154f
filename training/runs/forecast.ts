/** Forecasts the device memory of training a model on a graph, before a byte is allocated. */
import type { PartedGraph } from "../../graphs/parts/stored_graph.ts";
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import { Parameters } from "../../layers/parameters.ts";
import type { Model } from "../../models/model.ts";
import { predictGraph, type PredictOptions } from "../steps/predict_graph.ts";
import { byParts, partSizes } from "../loop/part_sizes.ts";
import { train } from "../loop/train.ts";
import { trainingSettings } from "../settings.ts";
import type { TrainOptions } from "../loop/train_options.ts";

/** Bytes that a run will hold at the peak. */
export interface Forecast {
  /** All of them. */
  readonly peakBytes: number;
  /** Those beside weights, gradients and moments. */
  readonly activationBytes: number;
}

/**
 * The ledger of a dry run: one epoch of the run itself, on a device that only keeps the ledger. So a
 * forecast cannot differ from what it forecasts. A run by parts takes what its largest part takes in any
 * of its epochs; of the graph nothing is asked then but its columns, where `sizes` are given. Throws where
 * the adapter allows no tensor so large.
 */
export async function forecast(
  model: Model,
  graph: PartedGraph,
  options: TrainOptions,
  adapter?: AdapterInfo,
): Promise<Forecast> {
  using gpu = openDryRun(adapter);
  const training = trainingSettings(options);
  const { epochs, pretrainEpochs } = training;
  const { teacher, onBest, resume, keepWeights } = options;
  // An epoch of each kind that there is: those of pre-training take other memory than those after.
  const kinds = pretrainEpochs > 0 ? 2 : 1;
  await train(gpu, model, graph, {
    ...training,
    ...teacher && { teacher },
    ...byParts(training) && { sizes: options.sizes ?? partSizes(graph, training) },
    epochs: Math.min(kinds, epochs),
    pretrainEpochs: Math.min(1, pretrainEpochs),
    // Room to read weights.
    ...(onBest || resume || keepWeights === true) && { onBest: () => {} },
  });
  const { peak: peakBytes, activationPeak: activationBytes } = gpu.ledger;
  return { peakBytes, activationBytes };
}

/** Likewise the peak bytes of an evaluation alone. */
export async function forecastInference(
  model: Model,
  graph: PartedGraph,
  options: PredictOptions,
  adapter?: AdapterInfo,
): Promise<number> {
  using gpu = openDryRun(adapter);
  using parameters = new Parameters(gpu, model.layout, new Float32Array(model.layout.valueWords));
  await predictGraph(gpu, model, parameters, graph, options);
  return gpu.ledger.peak;
}
