/** A plan's lines as a file has them, and which of its runs are to be done. */
import type { PlanLine } from "../../reports/rows/plan_file.ts";
import { settingsKey } from "../../reports/rows/keys.ts";
import { fileKey } from "../../reports/rows/stored_rows.ts";
import type { RunSettings } from "../../training/row.ts";
import { type Planned, teacherOf } from "./plan.ts";
import type { PlanRunner } from "./plan_runner.ts";
import type { Needs } from "./run_needs.ts";

/** One line for each run; what is to be done has its needs, as far as they are known. */
export function planLines(
  plan: readonly Planned[],
  runner: PlanRunner,
  needs: ReadonlyMap<Planned, Needs> = new Map(),
): PlanLine[] {
  const same = sameWork(plan, runner);
  return plan.map((planned) => {
    const { number, settings, title } = planned;
    const teacher = teacherOf(plan, settings);
    const other = same.get(planned);
    return {
      ...{ run: number, key: fileKey(settings), experiment: settings.experiment, title },
      ...teacher && { teacher: teacher.number },
      ...other && { sameAs: other.number },
      ...needs.get(planned),
    };
  });
}

/** The runs of a plan that are to be done: those without a row, or with one but awaited by students. */
export function runsLeft(plan: readonly Planned[], runner: PlanRunner): Planned[] {
  const same = sameWork(plan, runner);
  return plan.filter((one) => one.row ? runner.needs(one) : !same.has(one));
}

/** Runs whose row comes with that of another run of the plan, and which that is. */
function sameWork(plan: readonly Planned[], runner: PlanRunner): Map<Planned, Planned> {
  const byKey = new Map(plan.map((one) => [settingsKey(one.settings), one]));
  const keyed = (twin: RunSettings | undefined) => twin && byKey.get(settingsKey(twin));
  return new Map(plan.flatMap((one) => {
    const other = one.row ? undefined : keyed(one.twin);
    return other && !runner.isAwaited(one) ? [[one, other]] : [];
  }));
}
