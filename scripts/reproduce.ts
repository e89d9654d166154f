/**
 * `deno task reproduce`: every run of every experiment that has no row yet, then the pages. Rows are
 * written one by one and pages redrawn meanwhile. The run that it was at when it was stopped goes on from
 * its state in the next call. `--slurm` and `--run` share the runs out among machines.
 */
import { resolve } from "node:path";
import { EXPERIMENTS } from "../experiments/all.ts";
import { type Scale, SCALES } from "../experiments/experiment.ts";
import { removeLeftovers } from "../graphs/files/whole_file.ts";
import { holderOf, type Lock, lock } from "../graphs/files/lock.ts";
import { plural } from "../reports/findings/format.ts";
import { appendRow, rowsPath } from "../reports/rows/rows.ts";
import { everyRow } from "../reports/rows/stored_rows.ts";
import { liveTasks } from "../reports/rows/task_notes.ts";
import { writeReports } from "../reports/pages/write.ts";
import type { Row } from "../training/row.ts";
import { printPlan } from "./reproduce/print_plan.ts";
import { defineFlags, kebab, runScript, UsageError } from "./flags/flags.ts";
import { QUIET_FLAG } from "./flags/quiet_flag.ts";
import { RESUME_FLAGS } from "./flags/resume_flags.ts";
import { REPORT_FOLDER } from "./flags/report_flags.ts";
import type { CalledPlan } from "./reproduce/called_plan.ts";
import { missingData, planOf } from "./reproduce/plan.ts";
import { runAll } from "./reproduce/run_all.ts";
import { runOne } from "./reproduce/run_one.ts";
import { writeArrays } from "./reproduce/slurm.ts";
import { JobProcess } from "./reproduce/job_process.ts";
import { PlanRunner } from "./reproduce/plan_runner.ts";
import { StopSignals } from "./shared/stop_signals.ts";
import { checkWritable } from "./shared/writable.ts";

const flags = defineFlags("reproduce", "Runs what has no row yet, then draws the report.", {
  scale: { type: "choice", choices: SCALES, default: "quick", help: "how much is run" },
  only: {
    type: "choice",
    choices: EXPERIMENTS.map(({ name }) => name),
    help: "one experiment; default all",
  },
  seeds: {
    type: "integer",
    minimum: 1,
    maximum: 100,
    help: "how many of each run; default the experiment's",
  },
  memoryBudget: { type: "bytes", help: "device memory a run may take; default the experiment's" },
  fresh: { type: "boolean", help: "run again what has a row already" },
  dryRun: { type: "boolean", help: "only show what would be run" },
  slurm: { type: "boolean", help: "only write a plan, and scripts that submit it to Slurm" },
  run: { type: "integer", minimum: 1, help: "one run alone, by its number in the plan" },
  out: REPORT_FOLDER,
  ...RESUME_FLAGS,
  ...QUIET_FLAG,
});
export { flags as reproduceFlags };

/** Milliseconds between two drawings of the pages while runs go on. */
const REDRAW = 60_000;

export async function main(args: string[]): Promise<void> {
  const { scale, only, dryRun, slurm, run, out, fresh, resumeEvery, quiet, ...options } = flags
    .parse(args);
  refuseTogether({ slurm, run, dryRun, fresh });
  if (!dryRun) await checkWritable(out, "out");
  using _ = dryRun || slurm || run ? undefined : await alone(`${out}/${scale}`);
  const experiments = EXPERIMENTS.filter(({ name }) => (only ?? name) === name);
  const called: CalledPlan = {
    ...{ scale, out: resolve(out), resumeEvery },
    rows: fresh ? [] : await everyRow(out, scale),
    planFrom: (rows) => planOf(experiments, { scale, rows, ...options }),
  };
  if (dryRun) await printPlan(called.planFrom(called.rows));
  else if (slurm) await writeArrays(called, callOf({ scale, only, ...options, resumeEvery, out }));
  else if (run) await runOne(called, run);
  else await runPlan(called, { fresh, quiet });
}

/** Throws where two flags contradict each other. */
function refuseTogether(given: Readonly<Record<string, unknown>>): void {
  const [one, other] = Object.keys(given).filter((name) => given[name]);
  if (other === undefined || one === "dryRun") return;
  throw new UsageError(
    `Cannot use --${kebab(one!)} with --${kebab(other)}: ` +
      (other === "fresh"
        ? "tasks go on from what there is, name another folder with --out"
        : "a call does one of them"),
  );
}

/** The words of a call with these flags. */
function callOf(given: Readonly<Record<string, string | number | undefined>>): string[] {
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${kebab(name)}`, `${value}`]
  );
}

/** Runs the whole plan, one run after another, and draws the pages. */
async function runPlan(
  { scale, out, resumeEvery, rows, planFrom }: CalledPlan,
  { fresh, quiet }: { fresh: boolean; quiet: boolean },
): Promise<void> {
  const plan = planFrom(rows);
  await using jobs = new JobProcess();
  const runner = new PlanRunner(`${out}/${scale}`, plan, {
    do: (job) => jobs.do({ ...job, quiet }),
    resumeEvery,
  });
  if (fresh) await runner.forget();
  const wanted = plan.filter((one) => one.row ? runner.needs(one) : !runner.shared(one, rows));
  for (const line of await missingData(wanted)) console.error(line);
  await redraw(out, scale);
  const index = `${out}/${scale}/index.html`;
  const say = quiet ? () => {} : console.error;
  say(`The pages stand at ${index}, and are redrawn while runs go on: load them again`);
  const stops = new StopSignals((signal) => void jobs.stop(signal));
  stops.waits(true);
  // The first row has a page at once.
  let drawn = -Infinity;
  let drawing = Promise.resolve();
  const onRow = async (row: Row) => {
    // No page is drawn from half a row.
    await drawing;
    await appendRow(rowsPath(out, scale, row.experiment), row);
    if (performance.now() - drawn < REDRAW) return;
    drawn = performance.now();
    // Meanwhile the next run begins.
    drawing = redraw(out, scale);
  };
  const failures = await runAll(plan, { runner, of: plan.length, before: rows, onRow, say });
  stops.waits(false);
  await drawing;
  for (const page of await writeReports(out, scale)) console.log(page);
  say(`The pages are drawn: ${index}`);
  if (failures.length === 0) return;
  const failed = failures.map(({ run }) => run).join("; ");
  throw new Error(`${plural(failures.length, "run")} of ${plan.length} failed: ${failed}`);
}

/**
 * Keeps other processes off a scale's folder, as two would do every run twice, and removes what was half
 * written when earlier ones were killed.
 */
async function alone(folder: string): Promise<Lock> {
  const tasks = await liveTasks(folder);
  if (tasks > 0) {
    throw new Error(
      `Cannot write to ${folder}: ${plural(tasks, "run")} of it ${tasks === 1 ? "is" : "are"} at ` +
        "work there, each as a task; wait for their end, or for five minutes where they were killed",
    );
  }
  const path = `${folder}/lock`;
  const held = await lock(path);
  if (held) {
    for (const room of ["", "/state", "/logits"]) await removeLeftovers(`${folder}${room}`);
    return held;
  }
  const who = await holderOf(path);
  throw new Error(
    `Cannot write to ${folder}: ${who}, reproduces there; wait for its end, or name another folder ` +
      "with --out",
  );
}

/** The pages while runs go on, which no page can fail: the last drawing says what is wrong. */
async function redraw(out: string, scale: Scale): Promise<void> {
  try {
    await writeReports(out, scale, [], { going: true });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(`warning: the pages are not redrawn: ${error.message}`);
  }
}

if (import.meta.main) await runScript(main);
