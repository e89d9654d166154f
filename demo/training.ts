/** Trains a model of the plan as `deno task train` does, on any device, and tells what memory each layer took. */
import type { Graph } from "../graphs/graph.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import { openDryRun } from "../gpu/dry_run.ts";
import type { Device } from "../gpu/tensor.ts";
import { trainCourse } from "../training/loop/course.ts";
import { ordersOf, type Progress } from "../training/loop/train_options.ts";
import { type AtLayer, MemoryWatch } from "./memory_watch.ts";
import { type Kind, type Plan, plannedModel } from "./plan.ts";

/** What a model takes of the device. */
export interface Footprint {
  /** Learned values. */
  readonly parameters: number;
  /** Most bytes held at once. */
  readonly peakBytes: number;
  /** Activations along a training step. */
  readonly layers: readonly AtLayer[];
}

/** An epoch that is over, and what the model takes as far as it is known then. */
export interface Epoch extends Progress {
  readonly footprint: Footprint;
}

/** Trains a model; what `onEpoch` throws ends it. */
export async function trainPlan(
  gpu: Device,
  graph: Graph,
  kind: Kind,
  plan: Plan,
  onEpoch: (epoch: Epoch) => void,
): Promise<void> {
  const model = plannedModel(kind, plan, graph);
  using watch = new MemoryWatch(gpu, model.layout);
  const orders = ordersOf(model, graph, {
    epochs: plan.epochs,
    onEpoch: (progress) => {
      const { peakBytes } = progress;
      const parameters = model.layout.count;
      onEpoch({ ...progress, footprint: { parameters, peakBytes, layers: watch.firstStep } });
    },
  });
  await trainCourse(gpu, model, graph, orders);
}

/** What a model will take: an epoch on a device that runs nothing and only keeps the ledger. */
export async function footprintOf(
  graph: Graph,
  kind: Kind,
  plan: Plan,
  adapter?: AdapterInfo,
): Promise<Footprint> {
  using gpu = openDryRun(adapter);
  let found: Footprint | undefined;
  await trainPlan(gpu, graph, kind, { ...plan, epochs: 1 }, ({ footprint }) => found = footprint);
  return found!;
}
