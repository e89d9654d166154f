/** Measures a run's weights after training, without moving any of its other figures. */
import type { Matrix } from "../../graphs/graph.ts";
import { inMemory, type PartedGraph } from "../../graphs/parts/stored_graph.ts";
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { openGpu } from "../../gpu/gpu.ts";
import type { Device } from "../../gpu/tensor.ts";
import type { Model } from "../../models/model.ts";
import { checkDrift, driftForecast, driftOf } from "./drift.ts";
import { firstBatch } from "./first_batch.ts";
import { inferAll, inferenceForecast } from "./inferred.ts";
import { checkResidualCurves, residualCurves } from "./residual_curves.ts";
import type { Row, RunSettings } from "../row.ts";
import { trainingSettings } from "../settings.ts";
import { timeSteps } from "./time_steps.ts";
import type { WeightsOfRun } from "../loop/outcome.ts";
import { Trainer } from "../steps/trainer.ts";

/** Throws a sentence where the model has nothing to measure of what is asked for. */
export function checkMeasures(
  model: Model,
  { drift, residualSteps, evaluateParts }: RunSettings,
): void {
  if (drift) checkDrift(model);
  if (residualSteps !== null) checkResidualCurves(model, evaluateParts);
}

/** The weights that the measures of a run need, as `TrainOptions` has it. */
export function weightsFor(settings: RunSettings): boolean | "last" {
  if (waysOf(settings).length > 0 || settings.drift) return true;
  return (settings.residualSteps !== null || timedOf(settings) !== null) && "last";
}

/** Forecasts the largest peak of the measures that use devices of their own, in bytes, by dry runs. */
export async function measuresForecast(
  model: Model,
  graph: PartedGraph,
  settings: RunSettings,
  teacher: Matrix | undefined,
  adapter: AdapterInfo,
): Promise<number> {
  const options = { ...trainingSettings(settings), ...teacher && { teacher } };
  const ofDrift = settings.drift ? await driftForecast(model, graph, options, adapter) : 0;
  const ways = waysOf(settings);
  return Math.max(ofDrift, await inferenceForecast(model, graph, ways, settings.seed, adapter));
}

/**
 * Takes all measurements that a run's settings ask for. Step times and curves of residuals are taken on the
 * run's device, the others on separate devices: their memory must fit, but does not count in the run's
 * peak.
 */
export async function measure(
  gpu: Device,
  model: Model,
  graph: PartedGraph,
  settings: RunSettings,
  teacher: Matrix | undefined,
  { last, best }: WeightsOfRun,
): Promise<Partial<Row>> {
  const { residualSteps, drift } = settings;
  const timed = timedOf(settings);
  const secondsPerStep = timed === null
    ? undefined
    : await stepTime(gpu, model, graph, settings, teacher, last, timed);
  gpu.trim();
  const residuals = residualSteps === null ? undefined : await residualCurves(
    gpu,
    model,
    inMemory(graph, "solve", "measure no residuals"),
    last,
    residualSteps,
  );
  gpu.trim();
  const inferred = best && await inferAll(model, graph, best, waysOf(settings), settings);
  const drifted = drift && await measureDrift(model, graph, settings, teacher, last);
  return {
    ...secondsPerStep !== undefined && { secondsPerStep },
    ...residuals && { residuals },
    ...inferred && { inferred },
    ...drifted && { drifted },
  };
}

/** Ways of inference; a step alone is not scored. */
function waysOf({ epochs, inference }: RunSettings): RunSettings["inference"] {
  return epochs > 0 ? inference : [];
}

/** Steps to time; of epochs, their seconds are known. */
function timedOf({ epochs, timedSteps }: RunSettings): number | null {
  return epochs > 0 ? null : timedSteps;
}

async function stepTime(
  gpu: Device,
  model: Model,
  graph: PartedGraph,
  settings: RunSettings,
  teacher: Matrix | undefined,
  values: Float32Array,
  steps: number,
): Promise<number> {
  const batch = await firstBatch(graph, { ...settings, teacher });
  using trainer = new Trainer(gpu, model, values, trainingSettings(settings));
  return await timeSteps(gpu, trainer, batch, steps);
}

/** JSON has no NaN. */
async function measureDrift(
  model: Model,
  graph: PartedGraph,
  settings: RunSettings,
  teacher: Matrix | undefined,
  values: Float32Array,
): Promise<Row["drifted"]> {
  const { memoryBudget } = settings;
  using gpu = await openGpu(memoryBudget === null ? {} : { memoryBudget });
  const batch = await firstBatch(graph, { ...settings, teacher });
  const { firstState, gradients } = await driftOf(gpu, model, batch, values, settings);
  const finite = (value: number) => Number.isFinite(value) ? value : null;
  return { firstState: finite(firstState), gradients: finite(gradients) };
}
