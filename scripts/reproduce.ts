/**
 * `deno task reproduce`: every run of every experiment that has no row yet, then the pages. Rows are
 * written one by one and pages redrawn after each, so a run that is stopped loses only what it was at.
 */
import { EXPERIMENTS } from "../experiments/all.ts";
import { type Experiment, type Scale, SCALES } from "../experiments/experiment.ts";
import type { Variable } from "../experiments/variable.ts";
import { loadDataset } from "../graphs/datasets.ts";
import type { Graph } from "../graphs/graph.ts";
import { formatBytes } from "../gpu/format_bytes.ts";
import { amount } from "../reports/format.ts";
import { appendRow, readRows, rowsPath, sameRun } from "../reports/rows.ts";
import { writeReports } from "../reports/write.ts";
import { metricOf } from "../training/metrics.ts";
import type { Row, RunSettings } from "../training/row.ts";
import { run } from "../training/run.ts";
import { defineFlags, runScript } from "./flags.ts";
import { progressBar } from "./progress.ts";
import { checkWritable } from "./writable.ts";

const flags = defineFlags("reproduce", "Runs what has no row yet, then draws the report.", {
  scale: { type: "choice", choices: SCALES, default: "quick", help: "how much is run" },
  only: {
    type: "choice",
    choices: EXPERIMENTS.map(({ name }) => name),
    help: "one experiment; default all",
  },
  memoryBudget: { type: "bytes", help: "device memory a run may take; default the experiment's" },
  fresh: { type: "boolean", help: "run again what has a row already" },
  out: { type: "string", default: "reports/out", help: "the folder of rows and pages" },
});

export async function main(args: string[]): Promise<void> {
  const { scale, only, memoryBudget, fresh, out } = flags.parse(args);
  await checkWritable(out, "out");
  const graphs = new Map<string, Graph>();
  for (const experiment of EXPERIMENTS.filter(({ name }) => (only ?? name) === name)) {
    const path = rowsPath(out, scale, experiment.name);
    const rows = fresh ? [] : await readRows(path);
    const runs = runsOf(experiment, scale, memoryBudget);
    for (const [i, settings] of runs.entries()) {
      const known = rows.findLast((row) => stillHolds(row, settings));
      const title = `[${i + 1}/${runs.length}] ${settings.name}, ${at(experiment.x, settings)}`;
      if (known) {
        console.error(`${title}: ${summary(known)} (as measured on ${known.date})`);
        continue;
      }
      const graph = graphs.get(settings.dataset) ?? await loadDataset(settings.dataset);
      graphs.set(settings.dataset, graph);
      await appendRow(path, await runWithBar(title, settings, graph));
      await writeReports(out, scale);
    }
  }
  for (const page of await writeReports(out, scale)) console.log(page);
}

function runsOf(experiment: Experiment, scale: Scale, memoryBudget: number | undefined) {
  const runs = experiment.scales[scale];
  return memoryBudget === undefined ? runs : runs.map((run) => ({ ...run, memoryBudget }));
}

/** As `14 layers`. */
function at(x: Variable, settings: RunSettings): string {
  return amount(x.of(settings), x.unit(settings.model.kind));
}

/** Whether a row answers these settings: another budget only matters where it changes what fits. */
function stillHolds(row: Row, settings: RunSettings): boolean {
  const fits = row.peakBytes <= (settings.memoryBudget ?? Infinity);
  return sameRun(row, settings) && fits === (row.status !== "does not fit");
}

async function runWithBar(title: string, settings: RunSettings, graph: Graph): Promise<Row> {
  const start = performance.now();
  const bar = settings.epochs > 0
    ? progressBar(title, settings.epochs, metricOf(graph))
    : undefined;
  try {
    const row = await run(settings, graph, bar);
    bar?.stop();
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    console.error(`${title}: ${summary(row)} (${seconds} s)`);
    return row;
  } finally {
    bar?.stop();
  }
}

function summary({ status, peakBytes, memoryBudget, metric, scores }: Row): string {
  const peak = formatBytes(peakBytes);
  if (status === "does not fit") {
    return `does not fit: needs ${peak} of ${formatBytes(memoryBudget!)}`;
  }
  return scores ? `${peak}, test ${metric ?? "ROC-AUC"} ${scores.test.toFixed(4)}` : peak;
}

if (import.meta.main) await runScript(main);
