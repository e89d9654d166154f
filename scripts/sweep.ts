/**
 * `deno task sweep`: every combination of the values that train's flags are given, the best by validation,
 * and the call of train that repeats it. What has a row is not run again; `--slurm` and `--run` share the
 * runs out among machines as `reproduce` does.
 */
import { resolve } from "node:path";
import { Random } from "../graphs/random.ts";
import { isFetched } from "../graphs/published/fetched.ts";
import { writeWhole } from "../graphs/files/whole_file.ts";
import { plural, score } from "../reports/findings/format.ts";
import { ranked } from "../reports/findings/ranked.ts";
import { spreadText } from "../reports/findings/spread.ts";
import { commandOf } from "../reports/pages/command.ts";
import { sweepHtml } from "../reports/pages/sweep_page.ts";
import { settingsKey } from "../reports/rows/keys.ts";
import { storedRows } from "../reports/rows/stored_rows.ts";
import type { Row, RunSettings } from "../training/row.ts";
import { AT_ONCE_FLAG } from "./flags/at_once_flag.ts";
import { DATASET_CHOICE, SOURCE_FLAGS } from "./flags/dataset_flags.ts";
import { defineFlags, type Flag, kebab, runScript, UsageError } from "./flags/flags.ts";
import { PRESET_FLAG, RUN_PRESET_FLAG } from "./flags/model_flags.ts";
import { QUIET_FLAG } from "./flags/quiet_flag.ts";
import { REPORT_FOLDER } from "./flags/report_flags.ts";
import { RESUME_FLAGS } from "./flags/resume_flags.ts";
import { defineSettingFlags } from "./flags/settings_flags.ts";
import { alone } from "./reproduce/alone.ts";
import type { CalledPlan } from "./reproduce/called_plan.ts";
import type { Planned } from "./reproduce/plan.ts";
import { runOne } from "./reproduce/run_one.ts";
import { runPlan } from "./reproduce/run_plan.ts";
import { writeArrays } from "./reproduce/slurm.ts";
import { prepareDataset } from "./shared/prepare_dataset.ts";
import { checkWritable } from "./shared/writable.ts";
import { callFromRoot, gridOf } from "./sweep/grid.ts";
import { settingsOfCall, TRAIN_SETTINGS } from "./train.ts";

const EXPERIMENT = "sweep";
const SCALE = "own";

/** The sweep's own flags; all others are train's. */
const OWN = {
  out: {
    ...REPORT_FOLDER,
    default: `${REPORT_FOLDER.default}/sweep`,
    help: "folder of the sweep's rows and page; runs that have a row there are not run again",
  },
  sample: {
    type: "integer",
    minimum: 1,
    help: "how many combinations to try, drawn at random; unless given, all",
  },
  dryRun: { type: "boolean", help: "only list the runs" },
  slurm: { type: "boolean", help: "only write a plan, and scripts that submit it to Slurm" },
  run: { type: "integer", minimum: 1, help: "one run alone, by its number in the plan" },
  from: SOURCE_FLAGS.from,
  ...AT_ONCE_FLAG,
  ...RESUME_FLAGS,
  ...QUIET_FLAG,
} as const satisfies Record<string, Flag>;

const DATASET = { ...DATASET_CHOICE, default: "wordnet-frames", help: "what to learn" } as const;

/** Flags of train of which a grid may have several values, by their names on a call. */
const SWEPT: ReadonlyMap<string, Flag> = new Map<string, Flag>([
  ["dataset", DATASET],
  ["model", PRESET_FLAG.model],
  ["preset", RUN_PRESET_FLAG.preset],
  ...TRAIN_SETTINGS.map(({ name, flag }) => [kebab(name), flag] as const),
]);

/** Flags of train that name what one run alone writes. */
const OF_ONE_RUN = ["runs", "save", "predictions", "resume", "report", "log", "cache"];

const flags = defineSettingFlags(
  "sweep",
  "Trains every combination of values, as of --lr 0.003,0.01 --labels on,off, and prints the call of " +
    "train that did best by validation.",
  TRAIN_SETTINGS,
  {
    ...OWN,
    dataset: DATASET,
    ...PRESET_FLAG,
    ...RUN_PRESET_FLAG,
  },
);
const ownFlags = defineFlags("sweep", "", OWN);

export async function main(args: string[]): Promise<void> {
  const call = sweepOfCall(args);
  const { runs, grid, sample, dryRun, slurm, run, from, atOnce, resumeEvery, quiet } = call;
  const out = resolve(call.out);
  if (dryRun) return list(runs);
  await checkWritable(out, "out");
  using _ = slurm || run !== undefined ? undefined : await alone(`${out}/${SCALE}`);
  await prepare(runs[0]!.settings.dataset, from);
  const called: CalledPlan = {
    ...{ task: "sweep", scale: SCALE, out, resumeEvery },
    rows: await storedRows(out, SCALE, EXPERIMENT),
    planFrom: (rows) => planFrom(runs, rows),
  };
  if (run !== undefined) return await runOne(called, run);
  if (!slurm) return await runSweep(called, runs, { atOnce, quiet });
  const drawn = sample === undefined ? [] : [`--sample=${sample}`];
  const words = [...callFromRoot(grid, SWEPT), ...drawn, `--resume-every=${resumeEvery}`];
  await writeArrays(called, [...words, `--out=${out}`]);
}

/** What a call asks for: its runs, train's words, and the values of the sweep's own flags. */
export function sweepOfCall(args: string[]) {
  // The words of --help tell all flags.
  if (args.some((word) => word === "--help" || word === "-h")) flags.parse(["--help"]);
  const { own, grid } = parted(args);
  const values = ownFlags.parse(own);
  if (values.slurm && values.run !== undefined) {
    throw new UsageError("Cannot use --slurm with --run: a call does one of them");
  }
  if (values.atOnce !== undefined && (values.slurm || values.run !== undefined)) {
    const task = values.slurm ? "slurm" : "run";
    throw new UsageError(`Cannot use --${task} with --at-once: a task does one run`);
  }
  return { ...values, grid, runs: runsOf(grid, values.sample) };
}

/** Runs what has no row, draws the page, and tells the best. */
async function runSweep(
  called: CalledPlan,
  runs: readonly SweepRun[],
  { atOnce, quiet }: { readonly atOnce: number | undefined; readonly quiet: boolean },
): Promise<void> {
  const { out } = called;
  const index = `${out}/${SCALE}/index.html`;
  const rowsNow = async () => rowsOf(runs, await storedRows(out, SCALE, EXPERIMENT));
  const draw = async (going: boolean) => {
    const html = sweepHtml(await rowsNow(), { of: runs.length, going });
    await Deno.mkdir(`${out}/${SCALE}`, { recursive: true });
    await writeWhole(index, new TextEncoder().encode(html));
    return [index];
  };
  await runPlan(called, { atOnce, quiet, index, draw });
  tellBest(await rowsNow(), quiet);
}

/** A run of the sweep, and what tells it from the others. */
interface SweepRun {
  readonly settings: RunSettings;
  readonly title: string;
}

/** The call's words: the sweep's own flags with their values, and train's. */
function parted(args: readonly string[]): { own: string[]; grid: string[] } {
  const own: string[] = [];
  const grid: string[] = [];
  const known = new Map<string, Flag>(
    Object.entries(OWN).map(([name, flag]) => [kebab(name), flag]),
  );
  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    const [, name = "", joined] = /^--([^=]+)(=.*)?$/s.exec(word) ?? [];
    if (OF_ONE_RUN.includes(name)) {
      throw new UsageError(
        `Cannot use --${name} in a sweep: it is for one run, train the best again with it`,
      );
    }
    const flag = known.get(name);
    (flag ? own : grid).push(word);
    const takesNext = flag && flag.type !== "boolean" && joined === undefined;
    if (takesNext && i + 1 < args.length) own.push(args[++i]!);
  }
  return { own, grid };
}

/** The runs of a grid, none twice; of a sample, all seeds of the combinations that are drawn. */
function runsOf(words: readonly string[], sample: number | undefined): SweepRun[] {
  const all = new Map<string, SweepRun>();
  for (const { words: call, title } of gridOf(words, SWEPT)) {
    const settings = { ...settingsOfCall([...call]), experiment: EXPERIMENT, scale: SCALE };
    if (settings.epochs === 0) {
      throw new UsageError("Cannot sweep over runs of 0 epochs: a step alone has no score");
    }
    const key = settingsKey(settings);
    if (!all.has(key)) all.set(key, { settings, title: title || settings.name });
  }
  const runs = [...all.values()];
  if (sample === undefined) return runs;
  const seedless = ({ settings }: SweepRun) => settingsKey({ ...settings, seed: 0 });
  const combinations = [...new Set(runs.map(seedless))];
  const order = new Random(0).permutation(combinations.length).slice(0, sample);
  const drawn = new Set(Array.from(order, (i) => combinations[i]));
  return runs.filter((run) => drawn.has(seedless(run)));
}

function planFrom(runs: readonly SweepRun[], rows: readonly Row[]): Planned[] {
  return runs.map(({ settings, title }, i) => {
    const key = settingsKey(settings);
    return {
      number: i + 1,
      settings,
      title,
      row: rows.findLast((row) => settingsKey(row) === key),
    };
  });
}

/** The newest row of each run of the sweep that has one. */
function rowsOf(runs: readonly SweepRun[], rows: readonly Row[]): Row[] {
  return planFrom(runs, rows).flatMap(({ row }) => row ?? []);
}

/** Prepares the data set from its file, so that every run finds it. */
async function prepare(dataset: string, from: string | undefined): Promise<void> {
  if (from === undefined) return;
  if (!isFetched(dataset)) {
    throw new UsageError(
      `Cannot use --from with ${dataset}: only data sets that are fetched have one`,
    );
  }
  await prepareDataset(dataset, { from });
}

function list(runs: readonly SweepRun[]): void {
  runs.forEach(({ title }, i) => console.log(`${i + 1}  ${title}`));
  console.error(`${plural(runs.length, "run")}`);
}

/** How many of the best settings are told. */
const TOLD = 5;

/** The best settings on standard error, and on standard output the call that repeats the best. */
function tellBest(rows: readonly Row[], quiet: boolean): void {
  const best = ranked(rows);
  for (const { rows, valid, test } of quiet ? [] : best.slice(0, TOLD)) {
    const command = commandOf(rows[0]!) ?? rows[0]!.name;
    console.error(`valid ${spreadText(valid, score)}, test ${spreadText(test, score)}: ${command}`);
  }
  const command = best[0] && commandOf(best[0].rows[0]!);
  if (command !== undefined) console.log(command);
}

if (import.meta.main) await runScript(main);
