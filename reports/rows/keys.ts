/** Decides whether two runs are the same, by comparing what they were asked to do as text. */
import { canonical, identityOf } from "../../settings/key.ts";
import { RUN, type RunSettings } from "../../training/settings.ts";

/** Whether two runs were asked to do the same thing; what they measured does not count. */
export function sameRun(a: RunSettings, b: RunSettings): boolean {
  return settingsKey(a) === settingsKey(b);
}

/**
 * The same text for the same settings, whatever the order of their keys. The memory budget is not among
 * them: it decides whether a run takes place, not what it measures.
 */
export function settingsKey(run: RunSettings): string {
  const { experiment, name, scale } = run;
  return canonical({ ...identityOf(RUN, run), experiment, name, scale })!;
}

/**
 * The same text for runs that do the same work, whatever experiment, name and scale each goes by. Students
 * stand alone: another experiment's or scale's teacher of that name may have been trained otherwise.
 */
export function workKey(run: RunSettings): string {
  return run.teacher === null ? canonical(identityOf(RUN, run))! : settingsKey(run);
}

/** The same of a student whose teacher is among these runs: its teacher's work, not its name, tells it apart. */
export function taughtWorkKey(run: RunSettings, among: readonly RunSettings[]): string {
  const teacher = among.findLast((other) => isTeacher(other, run));
  if (run.teacher === null || !teacher) return workKey(run);
  return canonical({ ...identityOf(RUN, run), teacher: workKey(teacher) })!;
}

/** Whether a run is the one that a student names as its teacher. */
export function isTeacher(run: RunSettings, student: RunSettings): boolean {
  return run.name === student.teacher && run.experiment === student.experiment &&
    run.scale === student.scale && run.dataset === student.dataset && run.seed === student.seed;
}
