/** `--slurm` of `deno task reproduce` and `sweep`: the plan as a file, and scripts that submit what is left of it to Slurm. */
import { fileURLToPath } from "node:url";
import { openGpu } from "../../gpu/gpu.ts";
import { plural } from "../../reports/findings/format.ts";
import { writeStatus } from "../../reports/pages/status_page.ts";
import { planPath, writePlan } from "../../reports/rows/plan_file.ts";
import { writeRow } from "../../reports/rows/rows.ts";
import { taskRowPath } from "../../reports/rows/stored_rows.ts";
import { shellWord } from "../../settings/call.ts";
import type { Row } from "../../training/row.ts";
import { writeWhole } from "../../graphs/files/whole_file.ts";
import { arraysOf } from "./arrays.ts";
import type { CalledPlan } from "./called_plan.ts";
import { missingData, type Planned } from "./plan.ts";
import { planLines, runsLeft } from "./plan_lines.ts";
import { PlanRunner } from "./plan_runner.ts";
import { copyShared } from "./run_all.ts";
import { needsOf } from "./run_needs.ts";
import { submitScript, taskScript } from "./slurm_scripts.ts";

/** The folder of the project, from the root. */
const PROJECT = fileURLToPath(new URL("../..", import.meta.url));

/** Writes all of it, for tasks that are called with these words and a run's number. */
export async function writeArrays(called: CalledPlan, call: readonly string[]): Promise<void> {
  const { task, out, scale } = called;
  const folder = `${out}/${scale}`;
  const plan = await sharedOut(called);
  const runner = runnerOf(folder, plan);
  const left = runsLeft(plan, runner);
  for (const line of await missingData(left)) console.error(line);
  using gpu = await openGpu();
  const needs = await needsOf(left, gpu.adapter);
  await writePlan(folder, planLines(plan, runner, needs));
  console.log(planPath(folder));
  const status = await writeStatus(out, scale);
  console.log(status!);
  if (left.length === 0) return console.error("Every run has its row: nothing is left to submit");
  const arrays = arraysOf(left, needs);
  const at = `${folder}/slurm`;
  await Deno.mkdir(`${at}/logs`, { recursive: true });
  const gpus = gpu.adapter.software ? 0 : 1;
  await write(
    `${at}/task.sh`,
    taskScript({ name: jobName(called), task, project: PROJECT, call, gpus }),
  );
  await write(`${at}/submit.sh`, submitScript(arrays, { task, folder: at }));
  console.log(`${at}/submit.sh`);
  console.error(
    `${plural(left.length, "run")} of ${plan.length} to submit, in ${
      plural(arrays.length, "array")
    }: ` +
      `sh ${shellWord(`${at}/submit.sh`)} --partition=…`,
  );
}

/** What the queue lists a task as. */
function jobName({ task, scale }: CalledPlan): string {
  return `revgnn-${task === "sweep" ? task : scale}`;
}

/** The plan once every row that another has done the work of is there. */
async function sharedOut(
  { out, scale, rows, planFrom }: CalledPlan,
): Promise<readonly Planned[]> {
  const plan = planFrom(rows);
  const copied: Row[] = [];
  const onRow = async (row: Row) => {
    await writeRow(taskRowPath(out, row), row);
    copied.push(row);
  };
  const runner = runnerOf(`${out}/${scale}`, plan);
  await copyShared(plan, { runner, of: plan.length, before: rows, onRow });
  return planFrom([...rows, ...copied]);
}

/** It only looks at files. */
function runnerOf(folder: string, plan: readonly Planned[]): PlanRunner {
  return new PlanRunner(folder, plan, {
    do: () => Promise.reject(new Error("Cannot run: a plan that is only written runs nothing")),
  });
}

async function write(path: string, text: string): Promise<void> {
  await writeWhole(path, new TextEncoder().encode(text));
}
