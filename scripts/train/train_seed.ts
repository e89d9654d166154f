/** One run of a `train` call: what is told while it goes on, and what is kept of it. */
import type { PartedGraph } from "../../graphs/parts/stored_graph.ts";
import type { Interruption } from "../../training/loop/interruption.ts";
import type { ResumeOptions } from "../../training/loop/run_state_file.ts";
import type { Ranks } from "../../training/ranks/ranks.ts";
import type { Row } from "../../training/row.ts";
import { doesNotFit, run, type RunFiles, type Watch } from "../../training/runs/run.ts";
import type { RunAsked, RunSettings } from "../../training/settings.ts";
import { metricOf } from "../../training/steps/metrics.ts";
import { MetricsLog } from "../shared/metrics_log.ts";
import { progressBar } from "../shared/progress.ts";
import type { RunPage } from "../shared/run_page.ts";
import { keepBest } from "./keep_best.ts";
import { missedSolves } from "./missed_solves.ts";
import { type CallFiles, pathOfSeed } from "./seeds.ts";

/** What all seeds of a call have in common. */
export interface CallOfSeeds {
  readonly graph: PartedGraph;
  readonly ranks: Ranks;
  readonly evaluateParts: RunAsked["evaluateParts"];
  readonly resumeSeconds: number;
  readonly interruption: Interruption;
  readonly page: RunPage | undefined;
  readonly quiet: boolean;
  /** Said of a run's choices. */
  readonly onNote: (note: string) => void;
}

/** Trains one seed. Of several processes the first alone prints and writes, and has the row. */
export async function trainSeed(
  settings: RunSettings,
  title: string,
  files: CallFiles,
  call: CallOfSeeds,
): Promise<Row | undefined> {
  const { graph, ranks, quiet, interruption, evaluateParts } = call;
  const asked = { ...settings, evaluateParts };
  const runFiles = { ranks, ...filesOfRun(settings, files, call) };
  const onBest = keepBest(files, graph);
  if (ranks.rank > 0) {
    // It takes part in what the first one does for its best epoch.
    await run(asked, graph, { interruption, ...onBest && { onBest: () => {} } }, runFiles);
    return undefined;
  }
  const bar = progressBar(title, Math.max(1, settings.epochs), metricOf(graph), { quiet });
  try {
    const watch = {
      ...watchOf(settings, bar, files, call.page),
      interruption,
      onNote: call.onNote,
    };
    const row = await run(asked, graph, { ...watch, ...onBest && { onBest } }, runFiles);
    if (row.status === "does not fit") throw new Error(doesNotFit(row));
    bar.stop();
    const warning = missedSolves(row);
    if (warning !== undefined) console.error(warning);
    return row;
  } finally {
    bar.stop();
  }
}

/** The state of the run, and its own teacher where each seed has one. */
function filesOfRun(
  { teacher, seed }: RunSettings,
  { resume: path }: CallFiles,
  { resumeSeconds: seconds }: CallOfSeeds,
): RunFiles {
  const resume: ResumeOptions | undefined = path === undefined ? undefined : { path, seconds };
  return {
    ...resume && { resume },
    ...teacher !== null && { teacherFile: pathOfSeed(teacher, seed) },
  };
}

/** Who is told how the run goes: its bar, its page and its log. */
function watchOf(
  settings: RunSettings,
  bar: ReturnType<typeof progressBar>,
  { log: path, resume }: CallFiles,
  page: RunPage | undefined,
): Watch {
  const log = path === undefined ? undefined : new MetricsLog(path);
  return {
    onStart() {
      log?.begin();
      page?.begin(settings);
      bar.onStart();
    },
    onResume(done, figures) {
      log?.begin(figures);
      bar.onResume(done, figures);
      console.error(`Goes on from ${resume}: ${done} of ${settings.epochs} epochs done`);
    },
    onPart: bar.onPart,
    onEpoch(progress, soFar) {
      bar.onEpoch(progress, soFar);
      log?.add(progress);
      page?.update(settings, soFar);
    },
  };
}
