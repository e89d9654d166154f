/** `deno task train`: one model on one data set; its row is the last line of standard output. */
import type { Graph } from "../graphs/graph.ts";
import { share } from "../graphs/parts/share.ts";
import { adjointOf } from "../layers/equilibrium_options.ts";
import { ALONE, type Ranks } from "../training/ranks/ranks.ts";
import { readMetadata, writeCheckpoint } from "../training/files/checkpoint_file.ts";
import { readingOf } from "../training/runs/graph_of.ts";
import { metricOf } from "../training/steps/metrics.ts";
import { writePredictions } from "../training/files/predictions.ts";
import { remember, rememberedOf } from "../training/files/remembered.ts";
import type { Row } from "../training/row.ts";
import { doesNotFit, run, type Watch } from "../training/runs/run.ts";
import { removeRunState } from "../training/loop/run_state_file.ts";
import {
  CALL,
  MEASURES,
  type RunGiven,
  type RunSettings,
  runSettings,
  TRAINING,
} from "../training/settings.ts";
import {
  DATASET_CHOICE,
  GRAPH_FLAGS,
  graphGiven,
  loadGraph,
  refuseWritten,
  SOURCE_FLAGS,
} from "./flags/dataset_flags.ts";
import { PROJECT_ROOT, runScript, UsageError } from "./flags/flags.ts";
import { QUIET_FLAG } from "./flags/quiet_flag.ts";
import { RESUME_FLAGS } from "./flags/resume_flags.ts";
import { printGraphNotes } from "./shared/graph_notes.ts";
import { MODEL_FLAGS, modelGiven, nameOf, PRESET_FLAG } from "./flags/model_flags.ts";
import { MetricsLog } from "./shared/metrics_log.ts";
import { progressBar } from "./shared/progress.ts";
import { RunPage } from "./shared/run_page.ts";
import { asCall, defineSettingFlags, settingFlags } from "./flags/settings_flags.ts";
import { StopSignals } from "./shared/stop_signals.ts";
import { checkFileWritable } from "./shared/writable.ts";

/** Where the page of the last run stands that names no other, in the project's folder. */
const PAGE = "reports/out/train.html";

/** A flag for each option of a run; data set and preset have flags of their own. */
const SETTINGS = [
  ...GRAPH_FLAGS,
  ...MODEL_FLAGS,
  ...settingFlags(TRAINING),
  ...settingFlags(CALL),
  ...settingFlags(MEASURES),
];

const flags = defineSettingFlags(
  "train",
  "Trains one model. Its row is the last line of output.",
  SETTINGS,
  {
    dataset: { ...DATASET_CHOICE, default: "wordnet-frames", help: "what to learn" },
    ...SOURCE_FLAGS,
    ...PRESET_FLAG,
    predictions: {
      type: "path",
      writes: true,
      help: "an .npy file to write the best epoch's logits to",
    },
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
    ...RESUME_FLAGS,
    report: {
      type: "path",
      writes: true,
      help: `an .html file to draw the run's page in while it goes on; default ${PAGE}`,
    },
    ...QUIET_FLAG,
    log: {
      type: "path",
      writes: true,
      help: "a .jsonl file to write a line of figures to after each epoch",
    },
  },
);
type Call = ReturnType<typeof flags.parse>;

/** Trains; of several processes each makes the same call, and the first alone prints and writes. */
export async function main(args: string[], ranks: Ranks = ALONE): Promise<void> {
  const call = flags.parse(args);
  const { save, predictions, resume, resumeEvery: seconds, report, log, quiet, dataset, cache } =
    call.values;
  const settings = settingsOf(call, ranks.size);
  const isFirst = ranks.rank === 0;
  refuseWritten(dataset, cache, { save, predictions, resume, report, log });
  if (isFirst) await checkFiles(settings, { save, predictions, resume, report, log });
  const graph = await load(call, settings);
  const files = { ranks, ...resume && { resume: { path: resume, seconds } } };
  const { evaluateParts = null } = call.given as Partial<RunGiven>;
  const asked = { ...settings, evaluateParts };
  const interruption = resume ? { interruption: new StopSignals() } : {};
  const onBest = keep({ save, predictions }, graph);
  if (!isFirst) {
    // It takes part in what the first one does for its best epoch.
    const watch = { ...interruption, ...onBest && { onBest: () => {} } };
    return void await run(asked, graph, watch, files);
  }
  printGraphNotes(graph, settings.model);
  const epochs = Math.max(1, settings.epochs);
  const bar = progressBar(titleOf(settings), epochs, metricOf(graph), { quiet });
  const told = await tell(settings, bar, { report, log, resume, quiet });
  try {
    const watch = { ...told.watch, ...interruption, onNote: console.error };
    const row = await run(asked, graph, { ...watch, ...onBest && { onBest } }, files);
    if (row.status === "does not fit") throw new Error(doesNotFit(row));
    bar.stop();
    const warning = missedSolves(row);
    if (warning !== undefined) console.error(warning);
    await told.finish(row);
    console.log(JSON.stringify(row));
    if (resume) await removeRunState(resume);
  } finally {
    bar.stop();
  }
}

/** What the progress bar calls a run. */
function titleOf({ name, model }: RunSettings): string {
  return model.kind === "deq-gnn" ? name : `${name} × ${model.layers}`;
}

/** What a call's flags ask for, as a row says it; data set and files are not looked at. */
export function settingsOfCall(args: string[]): RunSettings {
  return settingsOf(flags.parse(args));
}

/** What the call asks of so many processes, as a row says it. */
function settingsOf({ values, given, used }: Call, processes = 1): RunSettings {
  const { model, ...others } = given as Partial<RunGiven>;
  const { dataset } = values;
  checkShared(others, processes);
  const run = {
    experiment: "train",
    name: "",
    scale: "own",
    accumulate: processes,
    ...others,
    ...graphGiven(dataset, others),
    dataset,
    model: modelGiven(values.model, model),
  };
  const settings = asCall(used, () => runSettings(run));
  return { ...settings, name: nameOf(values.model, settings.model) };
}

/** Throws a sentence unless every process has a part of each step. */
function checkShared({ parts = 1, accumulate }: Partial<RunGiven>, processes: number): void {
  if (parts % processes !== 0) {
    throw new UsageError(
      `Cannot train by ${parts} parts with ${processes} processes: a step takes a part of each, so ` +
        `--parts must be a multiple of ${processes}`,
    );
  }
  if (accumulate !== undefined && accumulate % processes !== 0) {
    throw new UsageError(
      `Cannot use --accumulate ${accumulate} with ${processes} processes: each takes as many parts ` +
        `of a step, so it must be a multiple of ${processes}`,
    );
  }
}

/** The graph; where a worker is to read it too, it is held on shared memory alone. */
async function load({ values }: Call, settings: RunSettings) {
  const { dataset, parts, init, features } = settings;
  // Weights of as many columns are of those that they were trained on.
  const { columns } = init === null || features === null
    ? {}
    : rememberedOf(await readMetadata(init), init);
  const reading = {
    ...readingOf(settings),
    ...columns?.kept.length === features && { columns },
  };
  const graph = await loadGraph(dataset, values, reading);
  return parts > 1 ? share(graph) : graph;
}

/** Who is told how the run goes: its bar, its page and its log. */
async function tell(
  settings: RunSettings,
  bar: ReturnType<typeof progressBar>,
  { report, log: path, resume, quiet }:
    & {
      readonly [flag in "report" | "log" | "resume"]: string | undefined;
    }
    & { readonly quiet: boolean },
) {
  const { epochs } = settings;
  const place = report ?? `${PROJECT_ROOT}${PAGE}`;
  const page = epochs > 0 && (report !== undefined || await isWritable(place))
    ? new RunPage(place)
    : undefined;
  const log = path === undefined ? undefined : new MetricsLog(path);
  const where = `The run's page: ${place}`;
  const watch: Watch = {
    onStart() {
      log?.begin();
      page?.begin(settings);
      if (page && !quiet) console.error(`${where}, which is redrawn while the run goes on`);
      bar.onStart();
    },
    onResume(done, figures) {
      log?.begin(figures);
      bar.onResume(done, figures);
      console.error(`Goes on from ${resume}: ${done} of ${epochs} epochs done`);
    },
    onPart: bar.onPart,
    onEpoch(progress, soFar) {
      bar.onEpoch(progress, soFar);
      log?.add(progress);
      page?.update(settings, soFar);
    },
  };
  const finish = async (row: Row) => {
    await page?.finish(row);
    if (page && !quiet) console.error(where);
  };
  return { watch, finish };
}

/** Whether a page can be written where nobody asked for one. */
async function isWritable(path: string): Promise<boolean> {
  return await checkFileWritable(path, "report").then(() => true, () => false);
}

/** What writes the best epoch's weights and logits where they are wanted; undefined where nowhere. */
function keep(
  { save, predictions }: { save?: string | undefined; predictions?: string | undefined },
  graph: Graph,
): Watch["onBest"] {
  if (save === undefined && predictions === undefined) return undefined;
  return async ({ epoch, scores, logits, parameters }, settings) => {
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
  const { equilibrium } = model;
  const adjoint = equilibrium && adjointOf(equilibrium);
  const kinds = (["training", "adjoint", "evaluation"] as const).flatMap((kind) => {
    const { solves: count = 0, missed = 0, worstResidual } = solves[kind] ?? {};
    if (!(missed > MISSED)) return [];
    return `${(missed * 100).toFixed(0)} % of ${count} ${kind} solves missed the tolerance of ` +
      `${(kind === "adjoint" ? adjoint : equilibrium)?.tolerance} (worst residual ` +
      `${worstResidual?.toPrecision(2) ?? "infinite"})`;
  });
  if (kinds.length === 0) return undefined;
  return `warning: ${kinds.join("; ")}: try more --max-steps, another --solver, a lower --lr, a ` +
    "--jacobian-weight, or a --tolerance that fits";
}

/** Checks the files before the training rather than after it. */
async function checkFiles(
  { epochs }: RunSettings,
  files: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const [flag, path] of Object.entries(files)) {
    if (path === undefined) continue;
    if (epochs === 0) {
      throw new UsageError(`Cannot use --${flag} with --epochs 0: a step alone has no epochs`);
    }
    await checkFileWritable(path, flag);
  }
}

if (import.meta.main) await runScript(main);
