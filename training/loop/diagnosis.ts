/** Finds where a training went astray: it is taken again from the last weights that are known. */
import type { Device } from "../../gpu/tensor.ts";
import { partsOfEpoch, rateOf, trainPart } from "./epoch.ts";
import { firstStray } from "./first_stray.ts";
import { type GraphOfRun, openGraph } from "./graph_of_run.ts";
import type { Orders } from "./train_options.ts";
import { StrayError, type StrayTime } from "./stray_error.ts";
import type { Trainer } from "../steps/trainer.ts";

/** Weights and moments after an epoch; no moments before the first. */
export interface KnownValues {
  readonly epoch: number;
  readonly weights: Float32Array;
  readonly moments: readonly Float32Array[] | undefined;
}

/** Most seconds of training that are done again for it. */
export const MOST_SECONDS = 60;

/** The error with the first tensor that is not finite, as far as it is found. */
export async function explained(
  gpu: Device,
  trainer: Trainer,
  graph: GraphOfRun,
  error: StrayError,
  from: KnownValues,
  orders: Orders,
): Promise<StrayError> {
  const { training } = orders;
  try {
    const { stray, time: { epoch } } = error;
    const { batch, place } = await beginningOf(gpu, trainer, graph, error.time, from, orders);
    return place === undefined ? error : new StrayError(stray, { epoch, batch }, training, place);
  } catch {
    // Such as memory that is too small for looking: the error says what it knows.
    return error;
  }
}

/** The first batch of the epoch that has a tensor that is not finite, and that tensor. */
async function beginningOf(
  gpu: Device,
  trainer: Trainer,
  graph: GraphOfRun,
  time: StrayTime,
  { epoch: done, weights, moments }: KnownValues,
  orders: Orders,
): Promise<{ batch?: number; place?: string | undefined }> {
  const { training } = orders;
  const { parameters, model } = trainer;
  // What is free holds numbers that are none.
  gpu.trim();
  parameters.set(weights);
  trainer.restore(
    done * training.parts,
    moments ?? trainer.moments.map(({ cols }) => new Float32Array(cols)),
  );
  const onTheSpot = { ...orders, options: { ...orders.options, worker: false } };
  using again = graph.source ? openGraph(gpu, model, graph.data, onTheSpot, done + 1) : undefined;
  for (let epoch = done + 1; epoch <= time.epoch; epoch++) {
    for (let batch = 0; batch < partsOfEpoch(training); batch++) {
      const step = async () => {
        const rate = rateOf(training, epoch, batch);
        if (!again) return await trainer.step(graph.whole!, rate, 0, graph.teacher);
        const part = await again.source!.next();
        await trainPart(gpu, trainer, part, again.sizes!.training, rate, batch);
      };
      // ReLU may hide it from the losses of its own batch and of some after it.
      if (epoch < time.epoch) await step();
      else {
        const place = await firstStray(parameters, step);
        if (place !== undefined) return { batch, place };
      }
    }
  }
  // The last update may have made weights that no logit bears.
  const { whole } = graph;
  if (!whole) return {};
  return {
    place: await firstStray(parameters, async () => {
      using _ = await trainer.predict(whole);
    }),
  };
}
