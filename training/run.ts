/** One run from its settings to its row. */
import type { Graph } from "../graphs/graph.ts";
import { formatBytes } from "../gpu/format_bytes.ts";
import { openGpu } from "../gpu/gpu.ts";
import { buildModel } from "../models/build.ts";
import { type Model, shapeOf } from "../models/model.ts";
import { readCheckpoint } from "./checkpoint_file.ts";
import { dataDigest } from "./digest.ts";
import { checkDrift, driftForecast, driftOf } from "./drift.ts";
import { firstBatch } from "./first_batch.ts";
import { forecast } from "./forecast.ts";
import { inferAll, inferenceForecast } from "./inferred.ts";
import { readTeacher } from "./predictions.ts";
import { provenance } from "./provenance.ts";
import { type Row, SCHEMA } from "./row.ts";
import type { ResumeOptions } from "./run_state.ts";
import {
  type RunGiven,
  type RunSettings,
  runSettings,
  TRAINING,
  type TrainingSettings,
} from "./settings.ts";
import { pick } from "../settings/resolve.ts";
import { train } from "./train.ts";
import type { TrainOptions } from "./train_options.ts";

/** Who wants to see a run's progress, or to keep its best epoch. */
export type Watch = Pick<TrainOptions, "onStart" | "onResume" | "onEpoch" | "onBest">;

/** Files of a run that its row does not name. */
export interface RunFiles {
  /** The teacher's logits, where the settings' `teacher` is a name. */
  readonly teacherFile?: string;
  /** Where its state is kept, so that it goes on if it is stopped: see TrainOptions. */
  readonly resume?: ResumeOptions;
}

/**
 * Trains, or for 0 epochs measures one step. What does not fit the memory budget is not begun: its row
 * says how much it would need.
 */
export async function run(
  given: RunGiven,
  graph: Graph,
  watch: Watch = {},
  files: RunFiles = {},
): Promise<Row> {
  const settings = runSettings(given);
  const model = buildModel(settings.model, shapeOf(graph));
  const { memoryBudget, seed, drift } = settings;
  if (drift) checkDrift(model);
  const inference = settings.epochs > 0 ? settings.inference : [];
  const options = {
    ...await optionsOf(settings, model, files),
    ...watch,
    ...files.resume && { resume: files.resume },
    keepWeights: inference.length > 0 || drift,
  };
  using gpu = await openGpu(memoryBudget === null ? {} : { memoryBudget });
  const measured = {
    schema: SCHEMA,
    ...settings,
    ...await provenance(gpu.adapter),
    data: dataDigest(graph),
    ...graph.classes && { metric: "accuracy" as const },
  };
  const needs = await forecast(model, graph, options, gpu.adapter);
  const ofInference = await inferenceForecast(model, graph, inference, seed, gpu.adapter);
  const ofDrift = drift ? await driftForecast(model, graph, options, gpu.adapter) : 0;
  const peakBytes = Math.max(needs.peakBytes, ofInference, ofDrift);
  if (memoryBudget !== null && !(peakBytes <= memoryBudget)) {
    return {
      ...measured,
      ...needs,
      peakBytes,
      status: "does not fit",
      parameters: model.layout.count,
      secondsPerEpoch: null,
      bestEpoch: null,
      scores: null,
      losses: [],
    };
  }
  const { weights, ...outcome } = await train(gpu, model, graph, options);
  // What comes now is on devices of its own.
  gpu.trim();
  const best = weights?.best ?? undefined;
  const inferred = best && await inferAll(model, graph, best, inference, { seed, memoryBudget });
  const drifted = drift && await measureDrift(model, graph, weights!.last, options, memoryBudget);
  return {
    ...measured,
    ...outcome,
    ...inferred && { inferred },
    ...drifted && { drifted },
    status: settings.epochs === 0 ? "measured" : "trained",
  };
}

/** The drift on a device of its own, whose memory is no part of the run's peak, but of what must fit; JSON knows no NaN. */
async function measureDrift(
  model: Model,
  graph: Graph,
  weights: Float32Array,
  options: TrainOptions,
  memoryBudget: number | null,
): Promise<Row["drifted"]> {
  const { seed = 0, loss } = options;
  using gpu = await openGpu(memoryBudget === null ? {} : { memoryBudget });
  const batch = await firstBatch(graph, options);
  const { firstState, gradients } = await driftOf(gpu, model, batch, weights, { seed, loss });
  const finite = (value: number) => Number.isFinite(value) ? value : null;
  return { firstState: finite(firstState), gradients: finite(gradients) };
}

/** What training is told of the settings, files read. */
async function optionsOf(
  settings: RunSettings,
  { layout }: Model,
  { teacherFile }: RunFiles,
): Promise<TrainOptions> {
  const { teacher, init, residualSteps, timedSteps } = settings;
  if (teacherFile !== undefined && teacher === null) {
    throw new RangeError(
      `Cannot learn from ${teacherFile}: the run's settings must name a teacher, they name none`,
    );
  }
  return {
    ...pick(TRAINING, settings) as TrainingSettings,
    ...residualSteps !== null && { residualSteps },
    ...timedSteps !== null && { timedSteps },
    ...teacher !== null && { teacher: await readTeacher(teacherFile ?? teacher) },
    ...init !== null && { initial: await readCheckpoint(init, layout) },
  };
}

/** Why a run was not begun, as a sentence. */
export function doesNotFit({ peakBytes, memoryBudget }: Row): string {
  return `Cannot train: needs ${formatBytes(peakBytes)}, the memory budget allows ` +
    `${formatBytes(memoryBudget!)}; fewer layers, fewer channels or more parts would fit`;
}
