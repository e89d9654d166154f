/** Plans `reproduce`: every run of the experiments asked for, with the row that it already has. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { type Experiment, runsOf, type Scale } from "../../experiments/experiment.ts";
import { cacheFolder } from "../../graphs/published/cache_folder.ts";
import { isFetched, isPrepared } from "../../graphs/published/fetched.ts";
import { amount, plural } from "../../reports/findings/format.ts";
import { isTeacher, settingsKey, taughtWorkKey } from "../../reports/rows/keys.ts";
import type { Row, RunSettings } from "../../training/row.ts";

/** One run of the plan. */
export interface Planned {
  /** Its place in the plan, from 1: the same whatever rows there are. */
  readonly number: number;
  readonly settings: RunSettings;
  /** As `RevGNN-64, 14 layers`, with data set and seed where there are several. */
  readonly title: string;
  /** The row that answers these settings, if there is one. */
  readonly row: Row | undefined;
  /**
   * Without a row: the run of another experiment, name or scale that does the same work; its row will
   * do.
   */
  readonly twin?: RunSettings | undefined;
}

export interface PlanOptions {
  readonly scale: Scale;
  /** All rows, of any experiment and scale; if several answer a run, the last one does. */
  readonly rows: readonly Row[];
  /** Seeds 0 to one less for all but steps that are measured once; default the experiment's own. */
  readonly seeds?: number | undefined;
  readonly memoryBudget?: number | undefined;
}

/**
 * The runs of these experiments, none twice: single steps first, which have their figures drawn within
 * minutes, then what is trained; both in the experiments' order.
 */
export function planOf(
  experiments: readonly Experiment[],
  { scale, rows, seeds, memoryBudget }: PlanOptions,
): Planned[] {
  const plan = new Map<string, Omit<Planned, "number">>();
  const known = d3.group(rows, (row) => taughtWorkKey(row, rows));
  const first = new Map<string, RunSettings>();
  for (const experiment of experiments) {
    const runs = withSeeds(runsOf(experiment, scale), seeds);
    const seedsDiffer = new Set(runs.map(({ seed }) => seed)).size > 1;
    const dataDiffer = new Set(runs.map(({ dataset }) => dataset)).size > 1;
    for (const run of runs) {
      const settings = memoryBudget === undefined ? run : { ...run, memoryBudget };
      const at = amount(experiment.x.of(settings), experiment.x.unit(settings.model.kind));
      const title = `${settings.name}, ${at}` + (dataDiffer ? ` on ${settings.dataset}` : "") +
        (seedsDiffer ? `, seed ${settings.seed}` : "");
      const [key, work] = [settingsKey(settings), taughtWorkKey(settings, runs)];
      if (plan.has(key)) continue;
      const done = known.get(work)?.filter((row) => stillHolds(row, settings)) ?? [];
      const row = done.findLast((row) => settingsKey(row) === key);
      const twin = row ? undefined : done.at(-1) ?? first.get(work);
      if (!first.has(work)) first.set(work, settings);
      plan.set(key, { settings, title, row, twin });
    }
  }
  const sorted = d3.sort(plan.values(), ({ settings }) => settings.epochs > 0 ? 1 : 0);
  return withoutStrayStudents(sorted.map((run, i) => ({ number: i + 1, ...run })));
}

/** The newest row of a run's twin, once there is one that holds for the run too. */
export function rowOfTwin({ settings, twin }: Planned, rows: readonly Row[]): Row | undefined {
  if (twin === undefined) return undefined;
  const key = settingsKey(twin);
  return rows.findLast((row) => settingsKey(row) === key && stillHolds(row, settings));
}

/** The run of a plan that the settings name as their teacher. */
export function teacherOf(plan: readonly Planned[], student: RunSettings): Planned | undefined {
  return plan.find(({ settings }) => isTeacher(settings, student));
}

/** A row names its teacher, not how that was trained: where the teacher is to run again, so is the student. */
function withoutStrayStudents(plan: readonly Planned[]): Planned[] {
  return plan.map((planned) => {
    const teacher = teacherOf(plan, planned.settings);
    return teacher && !teacher.row ? { ...planned, row: undefined } : planned;
  });
}

/**
 * With seeds 0 to `count` - 1, all runs with the first ones first. A step that the experiment measures
 * once is measured once.
 */
function withSeeds(
  runs: readonly RunSettings[],
  count: number | undefined,
): readonly RunSettings[] {
  if (count === undefined) return runs;
  const groups = d3.groups(runs, (run) => settingsKey({ ...run, seed: 0 })).map(([, runs]) => ({
    run: runs[0]!,
    listed: new Set(runs.map(({ seed }) => seed)).size,
  }));
  return d3.range(count).flatMap((seed) =>
    groups.filter(({ run, listed }) => run.epochs > 0 || listed > 1 || seed === 0)
      .map(({ run }) => ({ ...run, seed }))
  );
}

/** Whether a row of the same work answers these settings: a budget matters only if it changes what fits. */
function stillHolds(row: Row, settings: RunSettings): boolean {
  const peak = Math.max(row.peakBytes, ...(row.inferred ?? []).map(({ peakBytes }) => peakBytes));
  const fits = peak <= (settings.memoryBudget ?? Infinity);
  return fits === (row.status !== "does not fit");
}

/** A line for each data set that these runs must have fetched, and that is not there. */
export async function missingData(
  runs: readonly Planned[],
  cache?: string,
): Promise<string[]> {
  const lines: string[] = [];
  for (const [name, those] of d3.group(runs, ({ settings }) => settings.dataset)) {
    if (!isFetched(name) || await isPrepared(name, cacheFolder(cache))) continue;
    lines.push(
      `warning: ${name} is not there, ${plural(those.length, "run")} of it will fail: ` +
        `run deno task data ${name} first`,
    );
  }
  return lines;
}
