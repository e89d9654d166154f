/**
 * `deno task reproduce`: every run of every experiment that has no row yet, then the pages. Rows are
 * written one by one and pages redrawn meanwhile. The run that it was at when it was stopped goes on from
 * its state in the next call. `--slurm` and `--run` share the runs out among machines.
 */
import { resolve } from "node:path";
import { EXPERIMENTS } from "../experiments/all.ts";
import { SCALES } from "../experiments/experiment.ts";
import { everyRow } from "../reports/rows/stored_rows.ts";
import { writeReports } from "../reports/pages/write.ts";
import { printPlan } from "./reproduce/print_plan.ts";
import { defineFlags, kebab, runScript, UsageError } from "./flags/flags.ts";
import { AT_ONCE_FLAG } from "./flags/at_once_flag.ts";
import { QUIET_FLAG } from "./flags/quiet_flag.ts";
import { RESUME_FLAGS } from "./flags/resume_flags.ts";
import { REPORT_FOLDER } from "./flags/report_flags.ts";
import type { CalledPlan } from "./reproduce/called_plan.ts";
import { alone } from "./reproduce/alone.ts";
import { planOf } from "./reproduce/plan.ts";
import { runPlan } from "./reproduce/run_plan.ts";
import { runOne } from "./reproduce/run_one.ts";
import { writeArrays } from "./reproduce/slurm.ts";
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
  ...AT_ONCE_FLAG,
  ...RESUME_FLAGS,
  ...QUIET_FLAG,
});
export { flags as reproduceFlags };

export async function main(args: string[]): Promise<void> {
  const { scale, only, dryRun, slurm, run, out, fresh, atOnce, resumeEvery, quiet, ...options } =
    flags.parse(args);
  refuseTogether({ slurm, run, dryRun, fresh, atOnce });
  if (!dryRun) await checkWritable(out, "out");
  using _ = dryRun || slurm || run ? undefined : await alone(`${out}/${scale}`);
  const experiments = EXPERIMENTS.filter(({ name }) => (only ?? name) === name);
  const called: CalledPlan = {
    ...{ task: "reproduce", scale, out: resolve(out), resumeEvery },
    rows: fresh ? [] : await everyRow(out, scale),
    planFrom: (rows) => planOf(experiments, { scale, rows, ...options }),
  };
  if (dryRun) await printPlan(called.planFrom(called.rows));
  else if (slurm) await writeArrays(called, callOf({ scale, only, ...options, resumeEvery, out }));
  else if (run) await runOne(called, run);
  else {
    const index = `${called.out}/${scale}/index.html`;
    const draw = (going: boolean) => writeReports(called.out, scale, [], { going });
    await runPlan(called, { fresh, atOnce, quiet, index, draw });
  }
}

/** Throws where two flags contradict each other. */
function refuseTogether(given: Readonly<Record<string, unknown>>): void {
  const [one, other] = Object.keys(given).filter((name) => given[name]);
  if (other === undefined || one === "dryRun") return;
  if (one === "fresh") return;
  const reasons: Readonly<Record<string, string>> = {
    fresh: "tasks go on from what there is, name another folder with --out",
    atOnce: "a task does one run",
  };
  const why = reasons[other] ?? "a call does one of them";
  throw new UsageError(`Cannot use --${kebab(one!)} with --${kebab(other)}: ${why}`);
}

/** The words of a call with these flags. */
function callOf(given: Readonly<Record<string, string | number | undefined>>): string[] {
  return Object.entries(given).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${kebab(name)}`, `${value}`]
  );
}

if (import.meta.main) await runScript(main);
