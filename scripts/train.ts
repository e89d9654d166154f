/** `deno task train`: one model on one data set; its row is the last line of standard output. */
import { datasetNames, GRAPH_FILE, loadDataset } from "../graphs/datasets.ts";
import type { Graph } from "../graphs/graph.ts";
import { type ConvolutionName, CONVOLUTIONS } from "../models/convolutions.ts";
import { checkModelOptions, type ModelOptions } from "../models/model.ts";
import { writeCheckpoint } from "../training/checkpoint_file.ts";
import { defaultLoss, LOSSES } from "../training/loss.ts";
import { metricOf } from "../training/metrics.ts";
import { OPTIMISERS } from "../training/optimiser.ts";
import { writePredictions } from "../training/predictions.ts";
import type { RunSettings } from "../training/row.ts";
import { doesNotFit, run } from "../training/run.ts";
import { type Schedule, SCHEDULES, WARM_UP } from "../training/schedule.ts";
import type { Best } from "../training/train.ts";
import { LARGEST_NORM } from "../training/trainer.ts";
import { defineFlags, runScript, UsageError } from "./flags.ts";
import { progressBar } from "./progress.ts";
import { checkWritable } from "./writable.ts";

const MODELS = { "res-gnn": "ResGNN", "rev-gnn": "RevGNN" } as const;

/** What a model's name says of its convolution. */
const INFIXES: Readonly<Record<ConvolutionName, string>> = {
  gen: "",
  gcn: "-GCN",
  sage: "-SAGE",
  gat: "-GAT",
};

const flags = defineFlags("train", "Trains one model. Its row is the last line of output.", {
  dataset: {
    type: "choice",
    choices: datasetNames,
    file: GRAPH_FILE,
    default: "wordnet-frames",
    help: "what to learn",
  },
  split: { type: "integer", minimum: 0, default: 0, help: "which of a file's splits" },
  symmetric: { type: "boolean", help: "add the reverse of a file's edges" },
  features: { type: "integer", minimum: 1, help: "of a file, the most frequent; default all" },
  model: {
    type: "choice",
    choices: ["res-gnn", "rev-gnn"],
    default: "rev-gnn",
    help: "residual baseline or reversible network",
  },
  convolution: { type: "choice", choices: CONVOLUTIONS, default: "gen", help: "of every block" },
  norm: { type: "choice", choices: NORMS, default: "layer", help: "of rows, or of batches" },
  layers: { type: "integer", minimum: 1, default: 14, help: "graph layers" },
  channels: { type: "integer", minimum: 1, default: 64, help: "hidden width" },
  groups: {
    type: "integer",
    minimum: 1,
    help: "channel groups of a reversible network; default 2",
  },
  dropout: { type: "number", minimum: 0, below: 1, default: 0.1, help: "rate of the shared mask" },
  tied: { type: "boolean", help: "repeat two layers' weights over the depth" },
  epochs: { type: "integer", minimum: 0, default: 100, help: "0 measures one step" },
  lr: { type: "number", above: 0, default: 0.02, help: "learning rate; one-cycle's peak" },
  schedule: { type: "choice", choices: SCHEDULES, default: "one-cycle", help: "of the lr" },
  warmUp: { type: "integer", minimum: 1, help: "epochs that warm-up rises; default 50" },
  optimiser: { type: "choice", choices: OPTIMISERS, default: "adam", help: "of the weights" },
  clip: { type: "number", minimum: 0, default: 1, help: "largest norm of a gradient; 0 for any" },
  loss: { type: "choice", choices: LOSSES, help: "default by the data: bce or cross-entropy" },
  teacher: { type: "string", help: "an .npy file of logits to learn from as well" },
  predictions: { type: "string", help: "an .npy file to write the best epoch's logits to" },
  seed: { type: "integer", minimum: 0, default: 0, help: "of values, masks and parts" },
  parts: { type: "integer", minimum: 1, default: 1, help: "random parts an epoch, one a batch" },
  evaluateEvery: { type: "integer", minimum: 1, default: 1, help: "epochs between evaluations" },
  init: { type: "string", help: "a .safetensors file of weights to start from" },
  save: { type: "string", help: "a .safetensors file to keep the best epoch's weights in" },
  memoryBudget: { type: "bytes", help: "device memory the run may take; default all" },
});

export async function main(args: string[]): Promise<void> {
  const { split, symmetric, features, ...values } = flags.parse(args);
  const { model: kind, lr, groups, memoryBudget, save, predictions, ...others } = values;
  const { layers, channels, dropout, tied, convolution, ...training } = others;
  const { warmUp, optimiser, clip, loss, teacher, init, ...rest } = training;
  const model = modelOptions({
    kind,
    layers,
    channels,
    dropout,
    // Defaults are left out: a row of before these options is the same run.
    ...(tied && { tied }),
    ...(convolution !== "gen" && { convolution }),
    ...(norm !== "layer" && { norm }),
  }, groups);
  const file = fileOptions(rest.dataset, { split, symmetric, features });
  await checkCall({ files: { save, predictions }, warmUp, ...rest });
  const graph = await loadDataset(rest.dataset, file);
  const settings: RunSettings = {
    experiment: "train",
    name: `${tied ? "WT-" : ""}${MODELS[kind]}${infixes}-${channels}`,
    scale: "own",
    model,
    learningRate: lr,
    memoryBudget: memoryBudget ?? null,
    ...rest,
    ...file,
    ...trainingOptions(graph, { warmUp, optimiser, clip, loss, teacher, init }),
  };
  const title = `${settings.name} × ${layers}`;
  const bar = progressBar(title, Math.max(1, settings.epochs), metricOf(graph));
  const onBest = keep({ save, predictions }, settings);
  try {
    const row = await run(settings, graph, { ...bar, ...onBest && { onBest } });
    if (row.status === "does not fit") throw new Error(doesNotFit(row));
    bar.stop();
    console.log(JSON.stringify(row));
  } finally {
    bar.stop();
  }
}

/** What writes the best epoch's weights and logits where they are wanted; undefined where nowhere. */
function keep(
  { save, predictions }: { save?: string | undefined; predictions?: string | undefined },
  { model, dataset }: RunSettings,
): ((best: Best) => Promise<void>) | undefined {
  if (save === undefined && predictions === undefined) return undefined;
  return async ({ epoch, scores, logits, parameters }) => {
    if (predictions !== undefined) await writePredictions(predictions, logits);
    if (save === undefined) return;
    await writeCheckpoint(save, parameters, {
      model: JSON.stringify(model),
      dataset,
      epoch: String(epoch),
      scores: JSON.stringify(scores),
    });
  };
}

/** How a file's graph is read, as far as it is not as usual. */
function fileOptions(
  dataset: string,
  { split, symmetric, features }: { split: number; symmetric: boolean; features?: number },
): Pick<RunSettings, "split" | "symmetric" | "features"> {
  const options = {
    ...(split > 0 && { split }),
    ...(symmetric && { symmetric }),
    ...(features !== undefined && { features }),
  };
  const [first] = Object.keys(options);
  if (first === undefined || dataset.endsWith(GRAPH_FILE)) return options;
  throw new UsageError(`Cannot use --${first} with ${dataset}: only ${GRAPH_FILE} files take it`);
}

type TrainingOptions = Pick<
  RunSettings,
  "warmUp" | "optimiser" | "clip" | "loss" | "teacher" | "init"
>;

/** How it is trained, as far as it is not as usual: defaults are left out, as above. */
function trainingOptions(
  graph: Graph,
  { warmUp, optimiser, clip, loss, teacher, init }: TrainingOptions,
): TrainingOptions {
  return {
    ...(warmUp !== undefined && warmUp !== WARM_UP && { warmUp }),
    ...(optimiser !== "adam" && { optimiser }),
    ...(clip !== LARGEST_NORM && { clip }),
    ...(loss !== undefined && loss !== defaultLoss(graph) && { loss }),
    ...(teacher !== undefined && { teacher }),
    ...(init !== undefined && { init }),
  };
}

/** Fails before the training rather than after it. */
async function checkCall({ schedule, warmUp, epochs, files }: {
  schedule: Schedule;
  warmUp?: number | undefined;
  epochs: number;
  files: Readonly<Record<string, string | undefined>>;
}): Promise<void> {
  if (warmUp !== undefined && schedule !== "warm-up") {
    throw new UsageError(`Cannot use --warm-up with --schedule ${schedule}: only warm-up takes it`);
  }
  for (const [flag, path] of Object.entries(files)) {
    if (path === undefined) continue;
    if (epochs === 0) {
      throw new UsageError(`Cannot use --${flag} with --epochs 0: a step alone has no best epoch`);
    }
    await checkWritable(path.replace(/[^/]*$/, "") || ".", flag);
  }
}

/** Options that describe no network are a wrong call. */
function modelOptions(
  options: Omit<ModelOptions, "groups">,
  given: number | undefined,
): ModelOptions {
  const reversible = options.kind === "rev-gnn";
  const groups = given ?? (reversible ? 2 : 1);
  if (reversible !== groups > 1) {
    throw new UsageError(
      reversible
        ? `Cannot use --groups ${groups}: a reversible network needs at least 2`
        : `Cannot use --groups ${groups}: a residual network has no groups`,
    );
  }
  try {
    checkModelOptions({ ...options, groups });
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
  return { ...options, groups };
}

if (import.meta.main) await runScript(main);
