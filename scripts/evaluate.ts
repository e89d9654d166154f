/** `deno task evaluate`: a checkpoint's scores; its row is the last line of standard output. */
import { parseJson } from "../graphs/files/json.ts";
import { isStored, type PartedGraph } from "../graphs/parts/stored_graph.ts";
import { openGpu } from "../gpu/gpu.ts";
import { knownMemory } from "../gpu/known_memory.ts";
import type { SolveReport } from "../layers/pass.ts";
import { shown } from "../settings/shown.ts";
import { Parameters } from "../layers/parameters.ts";
import { buildModel } from "../models/build.ts";
import { checkWeights, type Model, shapeOf } from "../models/model.ts";
import { readCheckpoint, readMetadata } from "../training/files/checkpoint_file.ts";
import { dataDigest } from "../training/files/digest.ts";
import { chooseParts } from "../training/runs/evaluation_parts.ts";
import { forecastInference } from "../training/runs/forecast.ts";
import { readingOf } from "../training/runs/graph_of.ts";
import { predictGraph } from "../training/steps/predict_graph.ts";
import { metricOf, scoresOf } from "../training/steps/metrics.ts";
import { checkScores } from "../training/loop/part_classes.ts";
import { writePredictions } from "../training/files/predictions.ts";
import { provenance } from "../training/loop/provenance.ts";
import { solveStatistics } from "../training/steps/solve_statistics.ts";
import { type Remembered, rememberedOf } from "../training/files/remembered.ts";
import type { RunSettings } from "../training/row.ts";
import {
  DATASET_CHOICE,
  isNpz,
  loadGraph,
  refuseWritten,
  SOURCE_FLAGS,
} from "./flags/dataset_flags.ts";
import { defineFlags, runScript, UsageError } from "./flags/flags.ts";
import { printGraphNotes } from "./shared/graph_notes.ts";
import { settingsOfRow } from "./upgrade_rows.ts";
import { checkFileWritable } from "./shared/writable.ts";

const flags = defineFlags("evaluate", "Scores a checkpoint. Its row is the last line of output.", {
  checkpoint: { type: "path", help: "a .safetensors file that train --save wrote" },
  dataset: { ...DATASET_CHOICE, help: "what to score it on; default what it was trained on" },
  ...SOURCE_FLAGS,
  nodeFeatures: { type: "files", help: "node features; default those that it was trained on" },
  parts: {
    type: "integer",
    minimum: 1,
    help: "random parts, 1 for the whole graph; default as few as fit, on a card as trained",
  },
  views: { type: "integer", minimum: 1, default: 1, help: "partitions to average over" },
  seed: { type: "integer", minimum: 0, default: 0, help: "of the partitions" },
  predictions: {
    type: "path",
    writes: true,
    help: "an .npy file to write the averaged logits to",
  },
  memoryBudget: { type: "bytes", help: "device memory it may take; default all" },
});
export { flags as evaluateFlags };

/** A graph of more parts has hardly an edge left. */
const MOST_PARTS = 1024;

export async function main(args: string[]): Promise<void> {
  const values = flags.parse(args);
  const checkpoint = await checkCall(values);
  const { dataset, views, seed, predictions, memoryBudget } = values;
  const metadata = await readMetadata(checkpoint);
  const settings = settingsOfCheckpoint(metadata, checkpoint);
  const { model: options } = settings;
  const { nodeFeatures = settings.nodeFeatures } = values;
  const reading = readingOf({ ...settings, nodeFeatures });
  const name = dataset ?? settings.dataset;
  refuseWritten(name, values.cache, { predictions });
  const remembered = rememberedOf(metadata, checkpoint);
  checkColumns(name, settings, remembered);
  const graph = await load(values, name, { ...reading, ...remembered });
  printGraphNotes(graph, options);
  checkWeights(options, graph);
  checkScores(graph);
  const model = buildModel(options, shapeOf(graph));
  const weights = await readCheckpoint(checkpoint, model.layout);
  if (name === settings.dataset) warnOfOtherData(graph, reading.nodeFeatures, metadata, checkpoint);
  const parts = values.parts ?? await fewestParts(model, graph, values, settings);

  using gpu = await openGpu(defined({ memoryBudget }));
  using parameters = new Parameters(gpu, model.layout, weights);
  const start = performance.now();
  const reports: SolveReport[] = [];
  const onSolve = (report: SolveReport) => void reports.push(report);
  const way = { parts, views, seed, onSolve };
  const logits = await predictGraph(gpu, model, parameters, graph, way);
  const seconds = (performance.now() - start) / 1000;
  if (predictions !== undefined) await writePredictions(predictions, logits);
  const solves = solveStatistics(reports);
  console.log(JSON.stringify({
    experiment: "evaluate",
    checkpoint,
    name: settings.name,
    dataset: name,
    ...reading,
    data: dataDigest(graph),
    model: options,
    parts,
    views,
    seed,
    metric: metricOf(graph),
    scores: scoresOf(logits, graph),
    parameters: model.layout.count,
    peakBytes: gpu.ledger.peak,
    seconds,
    ...solves && { solves },
    ...await provenance(gpu.adapter),
  }));
}

type EvaluateValues = ReturnType<typeof flags.parse>;

/** Checks the call before the evaluation rather than after it; returns the checkpoint. */
async function checkCall({ checkpoint, parts, views, predictions }: EvaluateValues) {
  if (checkpoint === undefined) {
    throw new UsageError("Cannot evaluate without --checkpoint: name a file of train --save");
  }
  if (views > 1 && (parts ?? 1) === 1) {
    const call = parts === undefined ? "without --parts" : "with --parts 1";
    throw new UsageError(
      `Cannot use --views ${views} ${call}: all views of the whole graph would be the same`,
    );
  }
  if (predictions !== undefined) await checkFileWritable(predictions, "predictions");
  return checkpoint;
}

/** Loads the graph; what the checkpoint names, it or its features, may have moved since. */
async function load(
  values: EvaluateValues,
  name: string,
  reading: ReturnType<typeof readingOf> & Remembered,
): Promise<PartedGraph> {
  try {
    return await loadGraph(name, values, reading);
  } catch (error) {
    if (!(error instanceof Error) || !error.message.endsWith("no such file")) throw error;
    const isFeatures = reading.nodeFeatures?.some((path) => error.message.includes(` ${path} `));
    if (values[isFeatures ? "nodeFeatures" : "dataset"] !== undefined) throw error;
    const flag = isFeatures ? "--node-features" : "--dataset";
    throw new Error(`${error.message}: it was trained on, ${flag} names it where it is now`);
  }
}

/** Says so where a graph is not what it was in the training; checkpoints of before do not say what that was. */
function warnOfOtherData(
  graph: PartedGraph,
  files: readonly string[] | undefined,
  { data: expected }: Readonly<Record<string, string>>,
  checkpoint: string,
): void {
  const found = dataDigest(graph);
  if (expected === undefined || expected === found) return;
  const features = files === undefined ? "" : ` with node features of ${files.join(", ")}`;
  const digests = `digest ${found}, expected ${shown(expected)}`;
  console.error(
    `warning: ${graph.name}${features} is not what ${checkpoint} was trained on: its data have the ` +
      `${digests}; scores are of what is there now, evaluate what it was trained on or train it again`,
  );
}

/** As few parts as fit this machine, or of a graph in a file as trained by; says why where they are not the whole. */
async function fewestParts(
  model: Model,
  graph: PartedGraph,
  { seed, memoryBudget }: EvaluateValues,
  { parts: trainedBy = 1 }: RunSettings,
): Promise<number> {
  if (isStored(graph)) return trainedBy;
  using gpu = await openGpu();
  const { adapter } = gpu;
  const call = {
    task: "evaluate",
    trainedBy,
    most: Math.min(MOST_PARTS, graph.nodes),
    flag: "parts",
    memoryBudget,
    forecast: (parts: number) => forecastInference(model, graph, { parts, seed }, adapter),
  } as const;
  const { parts, note } = await chooseParts(call, adapter, await knownMemory(adapter));
  if (note !== undefined) console.error(note);
  if (parts !== undefined) return parts;
  throw new Error(
    "Cannot evaluate: not even parts of a few nodes fit the memory, " +
      "use a smaller model or a larger --memory-budget",
  );
}

/** The run that wrote the checkpoint at `path`, whose model and data set its metadata name. */
export function settingsOfCheckpoint(
  { settings }: Readonly<Record<string, string>>,
  path: string,
): RunSettings {
  try {
    if (settings !== undefined) return settingsOfRow(parseJson(settings, "it"));
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new SyntaxError(`Cannot evaluate ${path} by its metadata "settings": ${error.message}`);
    }
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`Cannot evaluate ${path} by its metadata "settings": ${error.message}`);
  }
  throw new Error(
    `Cannot evaluate ${path} as it does not say which model it is of: expected a file that ` +
      "train --save wrote; train --init takes any other first",
  );
}

/** Throws a sentence where features were chosen, and the graph cannot be said to have the same. */
function checkColumns(
  name: string,
  { dataset, features, makeFeatures }: RunSettings,
  { columns }: Remembered,
): void {
  const chosen = features === null ? undefined : `--features ${features}`;
  const made = makeFeatures === null ? undefined : `--make-features ${makeFeatures}`;
  const flag = chosen ?? made;
  if (flag !== undefined && !isNpz(name)) {
    throw new UsageError(
      `Cannot evaluate on ${name} what was trained with ${flag}: only graphs of npz files are read so`,
    );
  }
  if (chosen === undefined || columns !== undefined || name === dataset) return;
  throw new Error(
    `Cannot evaluate on ${name} what was trained on ${
      shown(dataset)
    } with ${chosen}: the checkpoint does ` +
      "not say which columns these were, train it again",
  );
}

/** Without what is undefined, or as is usual. */
function defined<T extends object>(values: T): { [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null),
  ) as { [K in keyof T]?: NonNullable<T[K]> };
}

if (import.meta.main) await runScript(main);
