/** How far a plan is whose runs are tasks of their own: from rows and tasks' notes alone. */
import type { Row } from "../../training/row.ts";
import type { PlanLine } from "./plan_file.ts";
import { fileKey } from "./stored_rows.ts";
import { isAlive, type TaskNote } from "./task_notes.ts";

/** What a run can be, in the order of a page. */
export const TASK_STATES = ["running", "failed", "left", "done"] as const;
export type TaskState = typeof TASK_STATES[number];

/** A run of a plan, what it is at, and more in words. */
export interface TaskStanding {
  readonly line: PlanLine;
  readonly state: TaskState;
  readonly words: string;
}

/** Each run of the plan; `notes` are by the runs' keys. */
export function standingsOf(
  plan: readonly PlanLine[],
  rows: readonly Row[],
  notes: ReadonlyMap<string, TaskNote>,
  now: number,
): TaskStanding[] {
  const done = new Map(rows.map((row) => [fileKey(row), row]));
  return plan.map((line) => {
    const row = done.get(line.key);
    if (row) return { line, state: "done", words: `${row.status}, ${time(row.date)}` };
    const note = notes.get(line.key);
    return note ? { line, ...told(note, now) } : { line, state: "left", words: waiting(line) };
  });
}

function told(note: TaskNote, now: number): Pick<TaskStanding, "state" | "words"> {
  const { state, host, since, seen, words } = note;
  if (state === "failed") return { state, words: `${words}, on ${host}, ${time(seen)}` };
  if (state === "stopped") {
    return {
      state: "left",
      words: `stopped by ${words} on ${host}, ${time(seen)}; goes on from its state`,
    };
  }
  if (isAlive(note, now)) {
    return { state, words: `on ${host}, since ${time(since)}` };
  }
  return {
    state: "failed",
    words: `no sign of life from ${host} since ${time(seen)}; run again, it goes on from its state`,
  };
}

function waiting({ teacher, sameAs }: PlanLine): string {
  if (sameAs !== undefined) return `its row comes with that of run ${sameAs}`;
  return teacher === undefined ? "" : `after run ${teacher}, its teacher`;
}

/** `2026-11-29 10:33 UTC`, of a date in ISO 8601. */
function time(date: string): string {
  return `${date.slice(0, 16).replace("T", " ")} UTC`;
}
