/** The time of a training step, of which an epoch of one step would be too noisy a measure. */
import type { Device } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { usedBy } from "../../models/model.ts";
import type { Batch } from "./first_batch.ts";
import type { Trainer } from "../steps/trainer.ts";

/**
 * Seconds of one training step on a batch, from its recording until the device is done: the least of so
 * many. A step before them, which is not counted, makes pipelines and bind groups and fills
 * the pool. The learning rate is 0: weights stay as they are. `now` is the clock, in milliseconds.
 */
export async function timeSteps(
  gpu: Device,
  trainer: Trainer,
  batch: Batch,
  steps: number,
  now: () => number = () => performance.now(),
): Promise<number> {
  using graph = new DeviceGraph(gpu, batch.graph, usedBy(trainer.model));
  using teacher = batch.teacher && gpu.upload(batch.teacher);
  let least = Infinity;
  for (let step = 0; step <= steps; step++) {
    const start = now();
    await trainer.step(graph, 0, 0, teacher);
    // What waits for the device: 16 bytes, whatever the model.
    await gpu.read(trainer.squaredNorm);
    const seconds = (now() - start) / 1000;
    if (step > 0) least = Math.min(least, seconds);
  }
  return least;
}
