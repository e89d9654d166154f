/** `deno task train`: one model on one data set; its row is the last line of standard output. */
import type { Graph } from "../graphs/graph.ts";
import { share } from "../graphs/share.ts";
import { buildModel } from "../models/build.ts";
import { shapeOf } from "../models/model.ts";
import { readMetadata, writeCheckpoint } from "../training/checkpoint_file.ts";
import { forecast } from "../training/forecast.ts";
import { defaultLoss, LOSSES } from "../training/loss.ts";
import { metricOf } from "../training/metrics.ts";
import { OPTIMISERS } from "../training/optimiser.ts";
import { writePredictions } from "../training/predictions.ts";
import { withDefaults } from "../layers/equilibrium_options.ts";
import { remember, rememberedOf } from "../training/remembered.ts";
import type { Row, RunSettings } from "../training/row.ts";
import { doesNotFit, run } from "../training/run.ts";
import { evaluatePartsOf, removeRunState } from "../training/run_state.ts";
import { SCHEDULES, WARM_UP } from "../training/schedule.ts";
import type { Best } from "../training/train_options.ts";
import { LARGEST_NORM } from "../training/trainer.ts";
import {
  DATASET_CHOICE,
  loadGraph,
  READING_FLAGS,
  readingOf,
  refuseWritten,
  SOURCE_FLAGS,
} from "./dataset_flags.ts";
import { evaluationParts } from "./evaluation_parts.ts";
import { defineFlags, runScript, UsageError } from "./flags.ts";
import { printGraphNotes } from "./graph_notes.ts";
import { MODEL_FLAGS, modelOf } from "./model_flags.ts";
import { progressBar } from "./progress.ts";
import { checkFileWritable } from "./writable.ts";

const flags = defineFlags("train", "Trains one model. Its row is the last line of output.", {
  dataset: { ...DATASET_CHOICE, default: "wordnet-frames", help: "what to learn" },
  ...SOURCE_FLAGS,
  ...READING_FLAGS,
  ...MODEL_FLAGS,
  epochs: { type: "integer", minimum: 0, default: 100, help: "0 measures one step" },
  lr: { type: "number", above: 0, default: 0.02, help: "learning rate; one-cycle's peak" },
  schedule: { type: "choice", choices: SCHEDULES, default: "one-cycle", help: "of the lr" },
  warmUp: { type: "integer", minimum: 1, help: "epochs that warm-up rises; default 50" },
  optimiser: { type: "choice", choices: OPTIMISERS, default: "adam", help: "of the weights" },
  clip: { type: "number", minimum: 0, default: 1, help: "largest norm of a gradient; 0 for any" },
  loss: { type: "choice", choices: LOSSES, help: "default by the data: bce or cross-entropy" },
  teacher: { type: "path", help: "an .npy file of logits to learn from as well" },
  predictions: {
    type: "path",
    writes: true,
    help: "an .npy file to write the best epoch's logits to",
  },
  seed: { type: "integer", minimum: 0, default: 0, help: "of values, masks and parts" },
  parts: { type: "integer", minimum: 1, default: 1, help: "random parts an epoch, one a batch" },
  evaluateParts: {
    type: "integer",
    minimum: 1,
    help: "random parts of an evaluation; default as few as fit, on a card --parts",
  },
  evaluateEvery: { type: "integer", minimum: 1, default: 1, help: "epochs between evaluations" },
  pretrainEpochs: {
    type: "integer",
    minimum: 0,
    help: "first epochs of deq-gnn as a weight-tied network; default 0",
  },
  pretrainDepth: { type: "integer", minimum: 1, help: "the depth of that; default 3" },
  init: { type: "path", help: "a .safetensors file of weights to start from" },
  save: {
    type: "path",
    writes: true,
    help: "a .safetensors file to keep the best epoch's weights in",
  },
  resume: {
    type: "path",
    writes: true,
    help: "a .safetensors file to keep the run's state in, and to go on from if it is there",
  },
  memoryBudget: { type: "bytes", help: "device memory the run may take; default all" },
});

export async function main(args: string[]): Promise<void> {
  const values = flags.parse(args);
  const { name, model } = modelOf(values);
  const { save, predictions, resume } = values;
  refuseWritten(values.dataset, values.cache, { save, predictions, resume });
  await checkCall(values, { save, predictions, resume });
  const graph = await load(values);
  printGraphNotes(graph, model);
  const settings = await withEvaluateParts(
    settingsOf(values, { name, model }, graph),
    values,
    graph,
  );
  const title = model.kind === "deq-gnn" ? name : `${name} × ${model.layers}`;
  const bar = progressBar(title, Math.max(1, settings.epochs), metricOf(graph));
  const onBest = keep({ save, predictions }, settings, graph);
  try {
    const watch = { ...bar, onResume: goesOn(resume, settings), ...onBest && { onBest } };
    const row = await run(settings, graph, watch, resume ? { resume: { path: resume } } : {});
    if (row.status === "does not fit") throw new Error(doesNotFit(row));
    bar.stop();
    const warning = missedSolves(row);
    if (warning !== undefined) console.error(warning);
    console.log(JSON.stringify(row));
    if (resume) await removeRunState(resume);
  } finally {
    bar.stop();
  }
}

/** The graph; where a worker is to read it too, it is held on shared memory alone. */
async function load(values: TrainValues): Promise<Graph> {
  const { dataset, init, features } = values;
  // Weights of as many columns are of those that they were trained on.
  const { columns } = init === undefined || features === undefined
    ? {}
    : rememberedOf(await readMetadata(init), init);
  const reading = {
    ...readingOf(dataset, values),
    ...columns?.kept.length === features && { columns },
  };
  const graph = await loadGraph(dataset, values, reading);
  return values.parts > 1 ? share(graph) : graph;
}

/**
 * With the parts of its evaluations: what trains by parts of the whole may not hold the whole. A run that
 * goes on keeps those that it began with.
 */
async function withEvaluateParts(
  settings: RunSettings,
  { evaluateParts: given, parts, memoryBudget, save, predictions, resume }: TrainValues,
  graph: Graph,
): Promise<RunSettings> {
  const model = buildModel(settings.model, shapeOf(graph));
  const { teacher, init: _values, ...options } = settings;
  const begun = resume === undefined ? undefined : await evaluatePartsOf(resume);
  const chosen = given ?? begun ?? (parts === 1 ? 1 : await evaluationParts({
    // By as many parts as it trains by, an evaluation takes less than the training.
    task: "train",
    most: parts,
    trainedBy: parts,
    flag: "evaluate-parts",
    memoryBudget,
    forecast: async (evaluateParts, adapter) => {
      const run = {
        ...options,
        evaluateParts,
        ...teacher !== undefined && { teacher: graph.labels }, // of the same size
        ...(save ?? predictions ?? resume) !== undefined && { onBest: () => {} },
      };
      return (await forecast(model, graph, run, adapter)).peakBytes;
    },
  }));
  const evaluateParts = chosen ?? parts; // the run will say what it needs
  return { ...settings, ...evaluateParts > 1 && { evaluateParts } };
}

type TrainValues = ReturnType<typeof flags.parse>;

/** What a row says of the call. Options at their default are left out, as a model's are. */
function settingsOf(
  values: TrainValues,
  named: Pick<RunSettings, "name" | "model">,
  graph: Graph,
): RunSettings {
  const { dataset, epochs, lr, schedule, parts, evaluateEvery, seed, memoryBudget = null } = values;
  const {
    warmUp,
    optimiser,
    clip,
    loss,
    teacher,
    init,
    pretrainEpochs,
    pretrainDepth,
  } = values;
  return {
    experiment: "train",
    ...named,
    scale: "own",
    dataset,
    epochs,
    learningRate: lr,
    schedule,
    parts,
    evaluateEvery,
    seed,
    memoryBudget,
    ...readingOf(dataset, values),
    ...(warmUp !== undefined && warmUp !== WARM_UP && { warmUp }),
    ...(optimiser !== "adam" && { optimiser }),
    ...(clip !== LARGEST_NORM && { clip }),
    ...(loss !== undefined && loss !== defaultLoss(graph) && { loss }),
    ...(teacher !== undefined && { teacher }),
    ...(init !== undefined && { init }),
    ...(pretrainEpochs && { pretrainEpochs }),
    ...(pretrainDepth !== undefined && { pretrainDepth }),
  };
}

/** What says that a run goes on from its state. */
function goesOn(path: string | undefined, { epochs }: RunSettings) {
  return (done: number) => console.error(`Goes on from ${path}: ${done} of ${epochs} epochs done`);
}

/** What writes the best epoch's weights and logits where they are wanted; undefined where nowhere. */
function keep(
  { save, predictions }: { save?: string | undefined; predictions?: string | undefined },
  settings: RunSettings,
  graph: Graph,
): ((best: Best) => Promise<void>) | undefined {
  if (save === undefined && predictions === undefined) return undefined;
  return async ({ epoch, scores, logits, parameters }) => {
    if (predictions !== undefined) await writePredictions(predictions, logits);
    if (save === undefined) return;
    await writeCheckpoint(save, parameters, {
      settings: JSON.stringify(settings),
      epoch: String(epoch),
      scores: JSON.stringify(scores),
      ...remember(graph),
    });
  };
}

/** Runs that miss more of their solves than this are not to be trusted unread. */
const MISSED = 0.05;

/** What to say of solves that did not converge, and what to try; undefined where all is well. */
function missedSolves({ solves = {}, model }: Row): string | undefined {
  const { tolerance, adjointTolerance } = withDefaults(model.equilibrium ?? {});
  const kinds = (["training", "adjoint", "evaluation"] as const).flatMap((kind) => {
    const { solves: count = 0, missed = 0, worstResidual } = solves[kind] ?? {};
    if (!(missed > MISSED)) return [];
    return `${(missed * 100).toFixed(0)} % of ${count} ${kind} solves missed the tolerance of ` +
      `${kind === "adjoint" ? adjointTolerance : tolerance} (worst residual ` +
      `${worstResidual?.toPrecision(2) ?? "infinite"})`;
  });
  if (kinds.length === 0) return undefined;
  return `warning: ${kinds.join("; ")}: try more --max-steps, another --solver, a lower --lr, a ` +
    "--jacobian-weight, or a --tolerance that fits";
}

/** Fails before the training rather than after it. */
async function checkCall(
  { schedule, warmUp, epochs, model, pretrainEpochs = 0, pretrainDepth }: TrainValues,
  files: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  if (warmUp !== undefined && schedule !== "warm-up") {
    throw new UsageError(`Cannot use --warm-up with --schedule ${schedule}: only warm-up takes it`);
  }
  if (pretrainEpochs > 0 && model !== "deq-gnn") {
    throw new UsageError(`Cannot use --pretrain-epochs with ${model}: only deq-gnn takes it`);
  }
  if (pretrainDepth !== undefined && pretrainEpochs === 0) {
    throw new UsageError("Cannot use --pretrain-depth without --pretrain-epochs");
  }
  for (const [flag, path] of Object.entries(files)) {
    if (path === undefined) continue;
    if (epochs === 0) {
      throw new UsageError(`Cannot use --${flag} with --epochs 0: a step alone has no epochs`);
    }
    await checkFileWritable(path, flag);
  }
}

if (import.meta.main) await runScript(main);
