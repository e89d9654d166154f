/**
 * `--run N` of `deno task reproduce` and `sweep`: one run of the plan as a task of its own, beside others that do the rest,
 * on as many machines. Its row, state and note are files of its own, and no lock keeps others off the folder.
 */
import { writeStatus } from "../../reports/pages/status_page.ts";
import { planPath, readPlan, writePlan } from "../../reports/rows/plan_file.ts";
import { writeRow } from "../../reports/rows/rows.ts";
import { fileKey, taskRowPath } from "../../reports/rows/stored_rows.ts";
import { notePath } from "../../reports/rows/task_notes.ts";
import { Interrupted } from "../../training/loop/interruption.ts";
import { UsageError } from "../flags/flags.ts";
import { StopSignals } from "../shared/stop_signals.ts";
import type { CalledPlan } from "./called_plan.ts";
import { JobProcess } from "./job_process.ts";
import { LifeSigns } from "./life_signs.ts";
import { missingData, type Planned } from "./plan.ts";
import { planLines } from "./plan_lines.ts";
import { PlanRunner } from "./plan_runner.ts";
import { copyShared, runAll } from "./run_all.ts";

/** Does the run of that number, and writes the rows of others of the plan that do the same work. */
export async function runOne(called: CalledPlan, number: number): Promise<void> {
  const { out, scale, resumeEvery } = called;
  const folder = `${out}/${scale}`;
  const plan = called.planFrom(called.rows);
  const planned = plan[number - 1];
  if (!planned) {
    throw new UsageError(`Cannot run ${number}: the plan's last run is ${plan.length}`);
  }
  await using jobs = new JobProcess();
  const runner = new PlanRunner(folder, plan, { do: (job) => jobs.do(job), resumeEvery });
  await checkPlan(folder, plan, runner, planned);
  const stops = new StopSignals((signal) => void jobs.stop(signal));
  stops.waits(true);
  const life = new LifeSigns(notePath(folder, fileKey(planned.settings)));
  await life.written;
  await drawStatus(called);
  try {
    await rowOf(planned, { ...called, plan, runner });
    await life.done();
    console.log(taskRowPath(out, planned.settings));
  } catch (error) {
    const { message } = error as Error;
    if (error instanceof Interrupted) await life.ended("stopped", error.by);
    else await life.ended("failed", message);
    throw error;
  } finally {
    await drawStatus(called);
    stops.waits(false);
  }
}

/** Numbers mean runs of the folder's plan: under other flags, or by other code, they may mean others. */
async function checkPlan(
  folder: string,
  plan: readonly Planned[],
  runner: PlanRunner,
  { number, settings }: Planned,
): Promise<void> {
  const lines = await readPlan(folder);
  if (lines === undefined) return await writePlan(folder, planLines(plan, runner));
  if (lines[number - 1]?.key === fileKey(settings)) return;
  throw new Error(
    `Cannot run ${number}: ${
      planPath(folder)
    } lists another run by that number; give the flags that ` +
      "it was written with, or write it anew with --slurm",
  );
}

/** Sees that a run has its row, and those that do the same work theirs. */
async function rowOf(
  planned: Planned,
  { rows: before, plan, runner, out }: CalledPlan & {
    plan: readonly Planned[];
    runner: PlanRunner;
  },
): Promise<void> {
  const rows = [...before];
  const options = { runner, of: plan.length, before: rows };
  const onRow = async (row: typeof rows[number]) => {
    await writeRow(taskRowPath(out, row), row);
    rows.push(row);
  };
  if (!planned.row || runner.needs(planned)) {
    for (const line of await missingData([planned])) console.error(line);
  }
  const [failure] = await runAll([planned], { ...options, onRow });
  if (failure) throw new Error(failure.sentence);
  await copyShared(plan.filter((one) => one !== planned), { ...options, onRow });
}

/** The page that no failure to draw may cost a run. */
async function drawStatus({ out, scale }: CalledPlan): Promise<void> {
  try {
    await writeStatus(out, scale);
  } catch (error) {
    console.error(`warning: status.html is not drawn: ${(error as Error).message}`);
  }
}
