/** `deno task ensemble`: scores the weighted mean of several models' logits; its row is the last line. */
import type { Matrix } from "../graphs/graph.ts";
import { dataDigest } from "../training/files/digest.ts";
import { readFinite, writePredictions } from "../training/files/predictions.ts";
import { weightedMean } from "../training/measures/weighted_mean.ts";
import { readingOf } from "../training/runs/graph_of.ts";
import { metricOf, scoresOf } from "../training/steps/metrics.ts";
import { type GraphGiven, graphSettings } from "../graphs/settings.ts";
import {
  DATASET_CHOICE,
  GRAPH_FLAGS,
  graphGiven,
  loadGraph,
  refuseWritten,
  SOURCE_FLAGS,
} from "./flags/dataset_flags.ts";
import { runScript, UsageError } from "./flags/flags.ts";
import { asCall, defineSettingFlags } from "./flags/settings_flags.ts";
import { checkFileWritable } from "./shared/writable.ts";

const flags = defineSettingFlags(
  "ensemble",
  "Scores the weighted mean of several models' logits. Its row is the last line of output.",
  GRAPH_FLAGS,
  {
    predictions: {
      type: "files",
      help: ".npy files that train or evaluate --predictions wrote, as words too",
    },
    weights: { type: "numbers", help: "what each file counts for; unless given, all alike" },
    dataset: { ...DATASET_CHOICE, default: "wordnet-frames", help: "what they are predictions of" },
    ...SOURCE_FLAGS,
    out: { type: "path", writes: true, help: "an .npy file to write the mean logits to" },
  },
  { words: "predictions" },
);
export { flags as ensembleFlags };

export async function main(args: string[]): Promise<void> {
  const { values, given, used } = flags.parse(args);
  const { predictions: paths, dataset, cache, out } = values;
  if (paths === undefined) {
    throw new UsageError("Cannot score an ensemble of nothing: name files of logits");
  }
  const weights = values.weights ?? paths.map(() => 1);
  checkCounts(paths, weights);
  refuseWritten(dataset, cache, { out });
  if (out !== undefined) await checkFileWritable(out, "out");
  const settings = asCall(
    used,
    () => graphSettings({ ...graphGiven(dataset, given as GraphGiven), dataset }),
  );
  const graph = await loadGraph(dataset, values, readingOf(settings));
  const members: Matrix[] = [];
  for (const path of paths) {
    const logits = await readFinite(path, "average");
    checkShape(path, logits, graph.labels, graph.name);
    const metric = metricOf(graph);
    console.error(`${path}: test ${metric} ${scoresOf(logits, graph).test.toFixed(4)}`);
    members.push(logits);
  }
  const mean = weightedMean(members, weights);
  const row = {
    ...{ experiment: "ensemble", predictions: paths, weights, dataset, ...readingOf(settings) },
    ...{ data: dataDigest(graph), metric: metricOf(graph), scores: scoresOf(mean, graph) },
  };
  if (out !== undefined) await writePredictions(out, mean);
  console.log(JSON.stringify(row));
}

function checkCounts(paths: readonly string[], weights: readonly number[]): void {
  if (weights.length !== paths.length) {
    throw new UsageError(
      `Cannot weigh ${paths.length} files by ${weights.length} weights: expected one each`,
    );
  }
  const sum = weights.reduce((sum, weight) => sum + weight, 0);
  if (sum > 0 && Number.isFinite(sum) && weights.every((one) => one >= 0)) return;
  throw new UsageError(
    `Cannot weigh files by ${
      weights.join(", ")
    }: expected none below 0, one above, and a finite sum`,
  );
}

function checkShape(path: string, logits: Matrix, labels: Matrix, name: string): void {
  if (logits.rows === labels.rows && logits.cols === labels.cols) return;
  throw new RangeError(
    `Cannot use ${path} as predictions of ${name}: it has the shape (${logits.rows}, ${logits.cols}), ` +
      `expected (${labels.rows}, ${labels.cols})`,
  );
}

if (import.meta.main) await runScript(main);
