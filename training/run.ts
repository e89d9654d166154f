/** One run from its settings to its row. */
import type { Graph } from "../graphs/graph.ts";
import { formatBytes } from "../gpu/format_bytes.ts";
import { openGpu } from "../gpu/gpu.ts";
import { buildModel } from "../models/build.ts";
import { shapeOf } from "../models/model.ts";
import { readCheckpoint } from "./checkpoint_file.ts";
import { forecast } from "./forecast.ts";
import { readPredictions } from "./predictions.ts";
import { provenance } from "./provenance.ts";
import type { Row, RunSettings } from "./row.ts";
import { train, type TrainOptions } from "./train.ts";

/** Who wants to see a run's progress, or to keep its best epoch. */
export interface Watch extends Pick<TrainOptions, "onEpoch" | "onBest"> {
  /** The run fits and begins. */
  readonly onStart?: () => void;
}

/**
 * Trains, or for 0 epochs measures one step. What does not fit the memory budget is not begun: its row
 * says how much it would need.
 */
export async function run(
  settings: RunSettings,
  graph: Graph,
  watch: Watch = {},
): Promise<Row> {
  const model = buildModel(settings.model, shapeOf(graph));
  const { memoryBudget, teacher, init, ...rest } = settings;
  const options: TrainOptions = {
    ...rest,
    ...watch,
    ...teacher !== undefined && { teacher: await readPredictions(teacher) },
    ...init !== undefined && { initial: await readCheckpoint(init, model.layout) },
  };
  using gpu = await openGpu(memoryBudget === null ? {} : { memoryBudget });
  const measured = {
    ...settings,
    ...await provenance(gpu.adapter),
    ...graph.classes && { metric: "accuracy" as const },
  };
  const needs = await forecast(model, graph, options, gpu.adapter);
  if (memoryBudget !== null && !(needs.peakBytes <= memoryBudget)) {
    return {
      ...measured,
      ...needs,
      status: "does not fit",
      parameters: model.layout.count,
      secondsPerEpoch: null,
      bestEpoch: null,
      scores: null,
      losses: [],
    };
  }
  watch.onStart?.();
  const outcome = await train(gpu, model, graph, options);
  return { ...measured, ...outcome, status: settings.epochs === 0 ? "measured" : "trained" };
}

/** Why a run was not begun, as a sentence. */
export function doesNotFit({ peakBytes, memoryBudget }: Row): string {
  return `Cannot train: needs ${formatBytes(peakBytes)}, the memory budget allows ` +
    `${formatBytes(memoryBudget!)}; fewer layers, fewer channels or more parts would fit`;
}
