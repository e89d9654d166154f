/** Trains a model; on request a file keeps the run's state, from which a stopped run goes on. */
import type { PartedGraph } from "../../graphs/parts/stored_graph.ts";
import type { Device } from "../../gpu/tensor.ts";
import type { Model } from "../../models/model.ts";
import { ALONE } from "../ranks/ranks.ts";
import { trainCourse } from "./course.ts";
import type { Outcome } from "./outcome.ts";
import { runGround } from "./provenance.ts";
import { runIdentityOf } from "./run_identity.ts";
import { type ResumeOptions, RunStateFile } from "./run_state_file.ts";
import { stateOfRanks } from "./state_of_ranks.ts";
import { type Orders, ordersOf, type TrainOptions } from "./train_options.ts";

/** Trains a model. Same seed, same adapter: the same bits. */
export async function train(
  gpu: Device,
  model: Model,
  graph: PartedGraph,
  options: TrainOptions,
): Promise<Outcome> {
  const orders = ordersOf(model, graph, options);
  const { ranks = ALONE, resume } = options;
  if (!resume || orders.training.epochs === 0 || gpu.dryRun) {
    return await trainCourse(gpu, model, graph, orders);
  }
  using file = ranks.rank === 0 ? await stateFile(gpu, model, graph, orders, resume) : undefined;
  const keeper = ranks.size > 1 ? stateOfRanks(ranks, file) : file;
  return await trainCourse(gpu, model, graph, orders, keeper);
}

/** Opens the file of the run's state. */
async function stateFile(
  gpu: Device,
  model: Model,
  graph: PartedGraph,
  { training, options }: Orders,
  resume: ResumeOptions,
) {
  if (model.ownConvolution) {
    throw new RangeError(
      "Cannot keep the state of a model with a convolution of its own: a state says by a model's " +
        "options which run it is of, and they do not tell the convolution",
    );
  }
  const ground = await runGround(gpu.adapter);
  const file = new RunStateFile(resume, runIdentityOf(model, graph, training, options, ground));
  await file.lock();
  return file;
}
