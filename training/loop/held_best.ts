/**
 * Reports the best epoch that a resumed run's state holds, as the process that found it may have kept
 * nothing.
 */
import type { Device } from "../../gpu/tensor.ts";
import { readEpoch } from "./epoch.ts";
import type { GraphOfRun } from "./graph_of_run.ts";
import type { RunProgress } from "./run_progress.ts";
import type { Orders } from "./train_options.ts";
import type { Trainer } from "../steps/trainer.ts";

/**
 * Calls `onBest` with that epoch. A state holds no logits, so its weights are evaluated again as in that
 * epoch, to the same bits. The trainer keeps these weights: training is over then.
 */
export async function tellHeldBest(
  gpu: Device,
  trainer: Trainer,
  graph: GraphOfRun,
  { epoch, scores }: NonNullable<RunProgress["best"]>,
  weights: Float32Array,
  { training, options }: Orders,
): Promise<void> {
  const { parameters } = trainer;
  parameters.set(weights);
  const { logits } = await readEpoch(gpu, trainer, graph, epoch, training);
  await options.onBest?.({ epoch, scores, logits: logits!, parameters });
}
