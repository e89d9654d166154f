/** Keeps other processes off a folder of rows, as two would do every run twice. */
import { holderOf, type Lock, lock } from "../../graphs/files/lock.ts";
import { removeLeftovers } from "../../graphs/files/whole_file.ts";
import { plural } from "../../reports/findings/format.ts";
import { liveTasks } from "../../reports/rows/task_notes.ts";

/** Locks a scale's folder, and removes what was half written when earlier processes were killed. */
export async function alone(folder: string): Promise<Lock> {
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
    `Cannot write to ${folder}: ${who}, runs its plan there; wait for its end, or name another folder ` +
      "with --out",
  );
}
