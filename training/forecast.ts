/** What a run will hold of device memory, before a byte is allocated. */
import type { Graph } from "../graphs/graph.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import { openDryRun } from "../gpu/gpu.ts";
import type { Model } from "../models/model.ts";
import { train, type TrainOptions } from "./train.ts";

export interface Forecast {
  readonly peakBytes: number;
  readonly activationBytes: number;
}

/**
 * The ledger of a dry run: one epoch of the run itself, on a device that only keeps the ledger. So a
 * forecast cannot differ from what it forecasts. Throws where the adapter allows no tensor so large.
 */
export async function forecast(
  model: Model,
  graph: Graph,
  options: TrainOptions,
  adapter?: AdapterInfo,
): Promise<Forecast> {
  using gpu = openDryRun(adapter);
  const { epochs, pretrainEpochs = 0, onStart: _, onEpoch: _silent, onBest, ...others } = options;
  const { residualSteps: _later, resume, keepWeights, ...same } = others;
  // An epoch of each kind that there is: those of pre-training take other memory than those after.
  const kinds = pretrainEpochs > 0 ? 2 : 1;
  await train(gpu, model, graph, {
    ...same,
    epochs: Math.min(kinds, epochs),
    pretrainEpochs: Math.min(1, pretrainEpochs),
    // Room to read weights.
    ...(onBest || resume || keepWeights) && { onBest: () => {} },
  });
  const { peak: peakBytes, activationPeak: activationBytes } = gpu.ledger;
  return { peakBytes, activationBytes };
}
