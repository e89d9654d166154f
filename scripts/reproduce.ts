/**
 * `deno task reproduce`: every run of every experiment that has no row yet, then the pages. Rows are
 * written one by one and pages redrawn meanwhile. The run that it was at when it was stopped goes on from
 * its state in the next call.
 */
import { resolve } from "node:path";
import { EXPERIMENTS } from "../experiments/all.ts";
import { type Scale, SCALES } from "../experiments/experiment.ts";
import { formatBytes } from "../gpu/format_bytes.ts";
import { removeLeftovers } from "../graphs/files/whole_file.ts";
import { holderOf, type Lock, lock } from "../graphs/files/lock.ts";
import { duration, plural, roughly } from "../reports/findings/format.ts";
import { appendRow, readRows, rowsPath } from "../reports/rows/rows.ts";
import { writeReports } from "../reports/pages/write.ts";
import { Interrupted } from "../training/loop/interruption.ts";
import type { Row } from "../training/row.ts";
import { printPlan } from "./reproduce/print_plan.ts";
import { defineFlags, runScript } from "./flags/flags.ts";
import { RESUME_FLAGS } from "./flags/resume_flags.ts";
import { REPORT_FOLDER } from "./flags/report_flags.ts";
import { missingData, type Planned, planOf } from "./reproduce/plan.ts";
import { secondsOf } from "./reproduce/time_left.ts";
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
  out: REPORT_FOLDER,
  ...RESUME_FLAGS,
});
export { flags as reproduceFlags };

/** Milliseconds between two drawings of the pages while runs go on. */
const REDRAW = 60_000;

export async function main(args: string[]): Promise<void> {
  const { scale, only, dryRun, out, fresh, resumeEvery, ...options } = flags.parse(args);
  if (!dryRun) await checkWritable(out, "out");
  using _ = dryRun ? undefined : await alone(`${out}/${scale}`);
  const experiments = EXPERIMENTS.filter(({ name }) => (only ?? name) === name);
  const rows = fresh ? [] : await allRows(out, scale);
  const plan = planOf(experiments, { scale, rows, ...options });
  if (dryRun) return await printPlan(plan);
  await using jobs = new JobProcess();
  const runner = new PlanRunner(`${out}/${scale}`, plan, {
    do: (job) => jobs.do(job),
    resumeEvery,
  });
  if (fresh) await runner.forget();
  const wanted = plan.filter((one) => one.row ? runner.needs(one) : !runner.shared(one, rows));
  for (const line of await missingData(wanted)) console.error(line);
  await redraw(out, scale);
  const index = resolve(out, scale, "index.html");
  console.error(`The pages stand at ${index}, and are redrawn while runs go on: load them again`);
  const stops = new StopSignals((signal) => void jobs.stop(signal));
  stops.waits(true);
  // The first row has a page at once.
  let drawn = -Infinity;
  let drawing = Promise.resolve();
  const failed = await runAll(plan, runner, rows, async (row) => {
    // No page is drawn from half a row.
    await drawing;
    await appendRow(rowsPath(out, scale, row.experiment), row);
    if (performance.now() - drawn < REDRAW) return;
    drawn = performance.now();
    // Meanwhile the next run begins.
    drawing = redraw(out, scale);
  });
  stops.waits(false);
  await drawing;
  for (const page of await writeReports(out, scale)) console.log(page);
  console.error(`The pages are drawn: ${index}`);
  if (failed.length > 0) {
    throw new Error(
      `${plural(failed.length, "run")} of ${plan.length} failed: ${failed.join("; ")}`,
    );
  }
}

/**
 * Keeps other processes off a scale's folder, as two would do every run twice, and removes what was half
 * written when earlier ones were killed.
 */
async function alone(folder: string): Promise<Lock> {
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

/**
 * The rows of every experiment and scale, this scale's last: one that is not asked for may have done the
 * work of one that is.
 */
async function allRows(out: string, scale: Scale): Promise<Row[]> {
  const scales = [...SCALES.filter((other) => other !== scale), scale];
  const files = scales.flatMap((one) =>
    EXPERIMENTS.map(({ name }) => readRows(rowsPath(out, one, name)))
  );
  return (await Promise.all(files)).flat();
}

/** The pages while runs go on, which no page can fail: the last drawing says what is wrong. */
async function redraw(out: string, scale: Scale): Promise<void> {
  try {
    await writeReports(out, scale);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    console.error(`warning: the pages are not redrawn: ${error.message}`);
  }
}

/** Runs what no row `before` answers; returns the titles of those that failed, which hold up no other. */
async function runAll(
  plan: readonly Planned[],
  runner: PlanRunner,
  before: readonly Row[],
  onRow: (row: Row) => Promise<void>,
): Promise<string[]> {
  const rows = [...before];
  const failed: string[] = [];
  for (const [i, planned] of plan.entries()) {
    const { settings, row: known } = planned;
    const title = `[${i + 1}/${plan.length}] ${settings.experiment}: ${planned.title}`;
    if (known && !runner.needs(planned)) {
      console.error(`${title}: ${summary(known)} (as measured on ${known.date})`);
      continue;
    }
    try {
      const shared = runner.shared(planned, rows);
      if (shared) {
        const { name, experiment, scale } = shared;
        const where = scale === settings.scale ? experiment : `${experiment} at ${scale} scale`;
        await onRow({ ...shared, ...settings });
        await runner.drop(planned);
        console.error(`${title}: ${summary(shared)} (the same run as ${name} of ${where})`);
        continue;
      }
      const start = performance.now();
      const row = await runner.run(planned, title);
      const seconds = (performance.now() - start) / 1000;
      rows.push(row);
      await onRow(row);
      await runner.finish(planned);
      console.error(
        `${title}: ${summary(row)} (${duration(seconds)}${left(plan.slice(i + 1), rows)})`,
      );
    } catch (error) {
      if (!(error instanceof Error) || error instanceof Interrupted) throw error;
      console.error(`${title}: failed: ${error.message}`);
      failed.push(`${settings.experiment}, ${planned.title}`);
    }
  }
  return failed;
}

/** As `, about 4m left`; nothing where that cannot be told. */
function left(plan: readonly Planned[], rows: readonly Row[]): string {
  const runs = plan.filter(({ row, twin }) => !row && !twin).map(({ settings }) => settings);
  const seconds = runs.length > 0 ? secondsOf(runs, rows) : undefined;
  return seconds === undefined ? "" : `, about ${roughly(seconds)} left`;
}

function summary({ status, peakBytes, memoryBudget, metric, scores }: Row): string {
  const peak = formatBytes(peakBytes);
  if (status === "does not fit") {
    return `does not fit: needs ${peak} of ${formatBytes(memoryBudget!)}`;
  }
  return scores ? `${peak}, test ${metric ?? "ROC-AUC"} ${scores.test.toFixed(4)}` : peak;
}

if (import.meta.main) await runScript(main);
