/** `deno task train`: one model on one data set; its row is the last line of standard output. */
import { share } from "../graphs/parts/share.ts";
import { isStored } from "../graphs/parts/stored_graph.ts";
import { ALONE, gatherJson, type Ranks } from "../training/ranks/ranks.ts";
import { readMetadata } from "../training/files/checkpoint_file.ts";
import { dataDigest } from "../training/files/digest.ts";
import { readingOf } from "../training/runs/graph_of.ts";
import { rememberedOf } from "../training/files/remembered.ts";
import type { Row } from "../training/row.ts";
import { RUN_PRESETS, type RunPreset } from "../training/presets.ts";
import {
  CALL,
  MEASURES,
  type RunGiven,
  type RunSettings,
  runSettings,
  TRAINING,
} from "../training/settings.ts";
import { meanOfSeeds } from "../reports/findings/mean_of_seeds.ts";
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
import {
  MODEL_FLAGS,
  modelGiven,
  nameOf,
  PRESET_FLAG,
  RUN_PRESET_FLAG,
} from "./flags/model_flags.ts";
import { RunPage } from "./shared/run_page.ts";
import { asCall, defineSettingFlags, settingFlags } from "./flags/settings_flags.ts";
import { StopSignals } from "./shared/stop_signals.ts";
import { checkFileWritable } from "./shared/writable.ts";
import { withOfficial } from "./official/official_call.ts";
import { keepDoneSeed, readDoneSeed, removeDoneSeeds } from "./train/done_seeds.ts";
import {
  type CallFiles,
  checkSeedFiles,
  filesOfSeed,
  pathOfSeed,
  pickFiles,
  RUNS_FLAG,
  seedsOf,
  tryFiles,
} from "./train/seeds.ts";
import { type CallOfSeeds, trainSeed } from "./train/train_seed.ts";

/** Where the page of the last run stands that names no other, in the project's folder. */
const PAGE = "reports/out/train.html";
const PAGE_PATH = `${PROJECT_ROOT}${PAGE}`;

/** A flag for each option of a run; data set and preset have flags of their own. */
export const TRAIN_SETTINGS = [
  ...GRAPH_FLAGS,
  ...MODEL_FLAGS,
  ...settingFlags(TRAINING),
  ...settingFlags(CALL),
  ...settingFlags(MEASURES),
];

const flags = defineSettingFlags(
  "train",
  "Trains one model, or one after another of several seeds. A run's row is a line of output.",
  TRAIN_SETTINGS,
  {
    dataset: { ...DATASET_CHOICE, default: "wordnet-frames", help: "what to learn" },
    ...SOURCE_FLAGS,
    ...PRESET_FLAG,
    ...RUN_PRESET_FLAG,
    official: {
      type: "string",
      help:
        "a command line of the paper's public code, to be read as flags of ours: docs/revgat.md",
    },
    ...RUNS_FLAG,
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
  const official = withOfficial(args);
  const call = flags.parse([...official.args]);
  const { runs, quiet, dataset, cache, resumeEvery } = call.values;
  const settings = settingsOf(call, ranks.size);
  const seeds = seedsOf(settings, runs);
  const files = pickFiles(call.values);
  const isFirst = ranks.rank === 0;
  if (isFirst && !quiet) { for (const line of official.lines) console.error(line); }
  checkSeedFiles(settings, runs, files);
  refuseWritten(dataset, cache, { ...files });
  if (isFirst) await tryFiles(settings, seeds, files);
  const graph = await load(call, settings);
  if (isFirst) printGraphNotes(graph, settings.model);
  const { evaluateParts = null } = call.given as Partial<RunGiven>;
  const page = isFirst ? await pageOf(settings, runs, files, quiet) : undefined;
  const common: CallOfSeeds = {
    ...{ graph, ranks, evaluateParts, quiet, resumeSeconds: resumeEvery },
    ...{ interruption: new StopSignals(), page },
    onNote: once(console.error),
  };
  const rows = await rowsOfSeeds(seeds, settings, files, common);
  if (!isFirst) return;
  if (!quiet) {
    if (page) console.error(`The run's page: ${files.report ?? PAGE_PATH}`);
    if (runs > 1) console.error(meanOfSeeds(rows));
  }
  if (files.resume !== undefined) {
    await removeDoneSeeds(seeds.map((seed) => pathOfSeed(files.resume!, seed)));
  }
}

/** Trains one seed after another; the page says so where that ends before its time. */
async function rowsOfSeeds(
  seeds: readonly number[],
  settings: RunSettings,
  files: CallFiles,
  common: CallOfSeeds,
): Promise<Row[]> {
  const { page } = common;
  const rows: Row[] = [];
  try {
    for (const seed of seeds) {
      const own = filesOfSeed(files, seed);
      const row = await rowOfSeed({ ...settings, seed }, seeds.length, own, common);
      if (row === undefined) continue;
      rows.push(row);
      page?.finish(row);
    }
  } catch (error) {
    page?.stop();
    throw error;
  }
  return rows;
}

/** Trains a seed and prints its row, or finds the row that an earlier call has printed. */
async function rowOfSeed(
  settings: RunSettings,
  runs: number,
  files: CallFiles,
  common: CallOfSeeds,
): Promise<Row | undefined> {
  const { ranks, graph, evaluateParts } = common;
  const { resume } = files;
  const isKept = runs > 1 && resume !== undefined;
  const done = isKept && ranks.rank === 0
    ? await readDoneSeed(resume, { ...settings, evaluateParts }, dataDigest(graph))
    : undefined;
  // The first process alone reads it.
  const [isDone] = isKept ? await gatherJson(ranks, done !== undefined) : [false];
  if (isDone) {
    if (done) console.error(`Seed ${settings.seed} is done, by an earlier call`);
    return done;
  }
  const title = `${titleOf(settings)}${runs > 1 ? `, seed ${settings.seed}` : ""}`;
  const row = await trainSeed(settings, title, files, common);
  if (row === undefined) return undefined;
  console.log(JSON.stringify(row));
  if (isKept) await keepDoneSeed(resume, row);
  return row;
}

/** What the progress bar calls a run. */
function titleOf({ name, model }: RunSettings): string {
  return model.kind === "deq-gnn" ? name : `${name} × ${model.layers}`;
}

/** What a call's flags ask for, as a row says it; data set and files are not looked at. */
export function settingsOfCall(args: string[]): RunSettings {
  return settingsOf(flags.parse([...withOfficial(args).args]));
}

/** What the call asks of so many processes, as a row says it. */
function settingsOf({ values, given, used }: Call, processes = 1): RunSettings {
  const { model, ...own } = given as Partial<RunGiven>;
  const { dataset, preset } = values;
  const { model: usual, ...ofRun }: Partial<RunPreset> = preset ? RUN_PRESETS[preset] : {};
  const others = { ...ofRun, ...own };
  checkShared(others, processes);
  const run = {
    experiment: "train",
    name: "",
    scale: "own",
    accumulate: processes,
    ...others,
    ...graphGiven(dataset, others),
    dataset,
    model: modelGiven(values.model, model, usual),
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
  return parts > 1 && !isStored(graph) ? share(graph) : graph;
}

/** The page of a call's runs; none of a step alone, or where it cannot be written and nobody asked for one. */
async function pageOf(
  { epochs }: RunSettings,
  runs: number,
  { report }: CallFiles,
  quiet: boolean,
): Promise<RunPage | undefined> {
  const place = report ?? PAGE_PATH;
  if (epochs === 0 || report === undefined && !await isWritable(place)) return undefined;
  return new RunPage(place, runs, () => {
    if (!quiet) console.error(`The run's page: ${place}, which is redrawn while the run goes on`);
  });
}

/** Whether a page can be written where nobody asked for one. */
async function isWritable(path: string): Promise<boolean> {
  return await checkFileWritable(path, "report").then(() => true, () => false);
}

/** Says each sentence once. */
function once(say: (text: string) => void): (text: string) => void {
  const said = new Set<string>();
  return (text) => {
    if (!said.has(text)) say(text);
    said.add(text);
  };
}

if (import.meta.main) await runScript(main);
