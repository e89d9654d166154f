/** `deno task train`: one model on one data set; its row is the last line of standard output. */
import { datasetNames, GRAPH_FILE, loadDataset } from "../graphs/datasets.ts";
import { type NormName, NORMS } from "../layers/norm.ts";
import { type ConvolutionName, CONVOLUTIONS } from "../models/convolutions.ts";
import { checkModelOptions, type ModelOptions } from "../models/model.ts";
import type { RunSettings } from "../training/row.ts";
import { doesNotFit, run } from "../training/run.ts";
import { SCHEDULES } from "../training/schedule.ts";
import { defineFlags, runScript, UsageError } from "./flags.ts";
import { progressBar } from "./progress.ts";

const MODELS = { "res-gnn": "ResGNN", "rev-gnn": "RevGNN" } as const;

/** What a model's name says of its convolution and norms. */
const INFIXES: Readonly<Record<ConvolutionName, string>> = { gen: "", gcn: "-GCN", sage: "-SAGE" };
const NORM_INFIXES: Readonly<Record<NormName, string>> = { layer: "", batch: "-BN" };

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
  seed: { type: "integer", minimum: 0, default: 0, help: "of values, masks and parts" },
  parts: { type: "integer", minimum: 1, default: 1, help: "random parts an epoch, one a batch" },
  evaluateEvery: { type: "integer", minimum: 1, default: 1, help: "epochs between evaluations" },
  memoryBudget: { type: "bytes", help: "device memory the run may take; default all" },
});

export async function main(args: string[]): Promise<void> {
  const { split, symmetric, features, ...values } = flags.parse(args);
  const { model: kind, lr, groups, memoryBudget, ...others } = values;
  const { layers, channels, dropout, tied, convolution, norm, ...rest } = others;
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
  const infixes = INFIXES[convolution] + NORM_INFIXES[norm];
  const settings: RunSettings = {
    experiment: "train",
    name: `${tied ? "WT-" : ""}${MODELS[kind]}${infixes}-${channels}`,
    scale: "own",
    model,
    learningRate: lr,
    memoryBudget: memoryBudget ?? null,
    ...rest,
    ...file,
  };
  const graph = await loadDataset(settings.dataset, file);
  const bar = progressBar(`${settings.name} × ${layers}`, Math.max(1, settings.epochs));
  try {
    const row = await run(settings, graph, bar);
    if (row.status === "does not fit") throw new Error(doesNotFit(row));
    bar.stop();
    console.log(JSON.stringify(row));
  } finally {
    bar.stop();
  }
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
