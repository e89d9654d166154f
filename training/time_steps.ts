/** The time of a training step, of which an epoch of one step would be too noisy a measure. */
import type { Device } from "../gpu/tensor.ts";
import { DeviceGraph } from "../batch/device_graph.ts";
import { usedBy } from "../models/model.ts";
import { firstBatch } from "./first_batch.ts";
import type { GraphOfRun } from "./graph_of_run.ts";
import type { Trainer } from "./trainer.ts";

/**
 * Seconds of one training step on a run's first batch, from its recording until the device is done: the
 * least of so many. A step before them, which is not counted, makes pipelines and bind groups and fills
 * the pool. The learning rate is 0: weights stay as they are.
 */
export async function timeSteps(
  gpu: Device,
  trainer: Trainer,
  { data, whole, teacher, sizes }: GraphOfRun,
  options: Parameters<typeof firstBatch>[1],
  steps: number,
): Promise<number> {
  const { parts = 1 } = options;
  const batch = parts === 1 ? undefined : await firstBatch(data, options);
  using part = batch && new DeviceGraph(gpu, batch.graph, {
    ...usedBy(trainer.model),
    size: sizes?.training,
  });
  using taught = batch?.teacher && gpu.upload(batch.teacher);
  let least = Infinity;
  for (let step = 0; step <= steps; step++) {
    const start = performance.now();
    await trainer.step(part ?? whole!, 0, 0, taught ?? teacher);
    // What waits for the device: 16 bytes, whatever the model.
    await gpu.read(trainer.squaredNorm);
    const seconds = (performance.now() - start) / 1000;
    if (step > 0) least = Math.min(least, seconds);
  }
  return least;
}
