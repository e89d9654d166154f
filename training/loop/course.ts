/**
 * Trains a model from its initial values, or from a state, to its scores, epoch by epoch, and keeps the best
 * one. What is here runs in a browser's tab too: who keeps states in files hands them in.
 */
import type { PartedGraph } from "../../graphs/parts/stored_graph.ts";
import type { Device } from "../../gpu/tensor.ts";
import type { Model } from "../../models/model.ts";
import { ALONE, gatherJson, type Ranks } from "../ranks/ranks.ts";
import { readRowVectors, readWeights, reserveRowVector } from "../files/state_dict.ts";
import { explained, type KnownValues, MOST_SECONDS } from "./diagnosis.ts";
import { trainEpoch } from "./epoch.ts";
import { type GraphOfRun, openGraph, readableBytes } from "./graph_of_run.ts";
import { tellHeldBest } from "./held_best.ts";
import { initialValues } from "../steps/initial_values.ts";
import { epochSeconds, type Outcome, outcomeOf } from "./outcome.ts";
import { outOfPatience } from "./patience.ts";
import { Interrupted } from "./interruption.ts";
import { Pace } from "./pace.ts";
import { PartWatch } from "./part_watch.ts";
import { StrayError } from "./stray_error.ts";
import { addEpoch, freshProgress, type RunProgress } from "./run_progress.ts";
import type { StateKeeper } from "./state_of_ranks.ts";
import type { Orders } from "./train_options.ts";
import { Trainer } from "../steps/trainer.ts";

/** The state of a run in progress. */
interface Course {
  readonly done: RunProgress;
  /** Flat values of the best epoch; null where there is none, or they are not kept. */
  best: Float32Array | null;
  /** The last values that are known. */
  known: KnownValues;
}

/** Trains what is left of a run, whose state `file` keeps where one is kept. */
export async function trainCourse(
  gpu: Device,
  model: Model,
  graph: PartedGraph,
  orders: Orders,
  file?: StateKeeper,
): Promise<Outcome> {
  const { training, options } = orders;
  const { parts, seed } = training;
  const { ranks = ALONE } = options;
  const found = await file?.read();
  const initial = found?.values.weights ?? options.initial ?? initialValues(model, graph, seed);
  const done = found?.progress ?? freshProgress();
  const course: Course = {
    done,
    best: found?.values.best ?? null,
    known: { epoch: done.epoch, weights: initial, moments: found?.values.moments },
  };
  const held = course.done.best;
  using given = openGraph(gpu, model, graph, orders, course.done.epoch + 1);
  using trainer = new Trainer(gpu, model, initial, { ...training, ranks });
  if (found) trainer.restore(course.done.epoch * parts, found.values.moments);
  // A run that never evaluates takes as much memory as one that does.
  gpu.reserve(trainer.losses, trainer.squaredNorm, { bytes: readableBytes(given) });
  const keepsBest = options.keepWeights === true || file !== undefined;
  if (options.onBest || keepsBest) reserveRowVector(trainer.parameters.weights);
  options.onStart?.();
  if (found) options.onResume?.(done.epoch, done.history);
  try {
    await trainEpochs(gpu, trainer, given, course, { ...orders, file });
  } catch (error) {
    const { known } = course;
    const again = epochSeconds(done.history.slice(known.epoch));
    // A step that ranks share no one of them can take again.
    const looks = ranks.size === 1 && again <= MOST_SECONDS;
    if (!(error instanceof StrayError && looks)) throw error;
    throw await explained(gpu, trainer, given, error, known, orders);
  }
  const last = options.keepWeights ? await readWeights(trainer.parameters) : undefined;
  if (held !== null && held === course.done.best && options.onBest) {
    await tellHeldBest(gpu, trainer, given, held, course.best!, orders);
  }
  return {
    ...outcomeOf(course.done, model, given),
    ...last && { weights: { last, best: options.keepWeights === true ? course.best : null } },
  };
}

/** Trains the epochs that are left, keeps the best one, and writes the state when it is due. */
async function trainEpochs(
  gpu: Device,
  trainer: Trainer,
  given: GraphOfRun,
  course: Course,
  { training, options, file }: Orders & { readonly file: StateKeeper | undefined },
): Promise<void> {
  const { done } = course;
  const { parameters } = trainer;
  const { pretrainEpochs, epochs } = training;
  const keepsBest = options.keepWeights === true || file !== undefined;
  const { onEpoch, onBest, interruption } = options;
  const pace = new Pace(training);
  const watch = options.onPart && new PartWatch(gpu, trainer, training, options.onPart);
  const ended = () => done.epoch >= Math.max(1, epochs) || outOfPatience(done, training);
  using _ = { [Symbol.dispose]: () => interruption?.waits(false) };
  while (!ended()) {
    const epoch = done.epoch + 1;
    interruption?.waits(pace.isSoon(epoch));
    const { progress, logits, beside } = await trainEpoch(
      gpu,
      trainer,
      given,
      epoch,
      training,
      watch,
    );
    addEpoch(done, progress, beside);
    // An equilibrium that is solved for takes other memory than an unrolled one.
    if (epoch === pretrainEpochs) gpu.trim();
    onEpoch?.(progress, () => outcomeOf(done, trainer.model, given));
    if (done.best?.epoch === epoch) {
      if (keepsBest) course.best = await readWeights(parameters);
      const { scores } = done.best;
      await onBest?.({ epoch, scores, logits: logits!, parameters });
    }
    pace.add(epoch, progress.seconds);
    const asked = await askedOfAny(given.ranks, await interruption?.asked());
    const alone = !pace.isSoon(epoch + 1) && file?.isDueBefore(pace.expected(epoch + 1));
    if (file && (file.due || alone || ended() || asked !== undefined)) {
      const moments = await readRowVectors(trainer.moments);
      const values = { weights: await readWeights(parameters), moments, best: course.best };
      await file.write({ progress: done, values });
      course.known = { epoch, ...values };
    }
    if (asked === undefined) continue;
    // Not before the state is written: a launcher ends all processes when one has ended.
    await given.ranks.barrier();
    throw new Interrupted(asked, file !== undefined);
  }
}

/** What asked any of the ranks to end. */
async function askedOfAny(ranks: Ranks, own: string | undefined): Promise<string | undefined> {
  const all = await gatherJson(ranks, own ?? null);
  return all.find((asked) => asked !== null) ?? undefined;
}
