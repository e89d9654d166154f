import { arxiv } from "../../../experiments/arxiv.ts";
import type { PlanLine } from "../../../reports/rows/plan_file.ts";
import { standingsOf } from "../../../reports/rows/standing.ts";
import { fileKey } from "../../../reports/rows/stored_rows.ts";
import {
  liveTasks,
  notePath,
  readNote,
  SIGN_OF_LIFE,
  type TaskNote,
  writeNote,
} from "../../../reports/rows/task_notes.ts";
import { assertEquals } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { fixtureRow } from "../fixture_rows.ts";

const RUNS = arxiv.scales.quick;
const PLAN: PlanLine[] = RUNS.map((run, i) => ({
  ...{ run: i + 1, key: fileKey(run), experiment: "arxiv", title: run.name },
  ...run.teacher !== null && { teacher: 5 },
  ...i === 3 && { sameAs: 2 },
}));
const SEEN = "2026-11-29T10:20:30.456Z";
const NOTE: TaskNote = {
  ...{ state: "running", host: "node7", since: "2026-11-29T09:00:00.000Z", seen: SEEN },
};

/** Each run's state and words, `later` milliseconds after the notes were written. */
function told(notes: readonly (TaskNote | undefined)[], later = 0) {
  const byKey = new Map(notes.flatMap((note, i) => note ? [[PLAN[i]!.key, note]] : []));
  const row = { ...fixtureRow(RUNS[0]!), date: SEEN };
  return standingsOf(PLAN, [row], byKey, Date.parse(SEEN) + later)
    .map(({ state, words }) => `${state}: ${words}`);
}

Deno.test("standingsOf() takes a row for done whatever a note says, and else the note's word", () => {
  const failed = { ...NOTE, state: "failed", words: "Cannot train" } as const;
  const stopped = { ...NOTE, state: "stopped", words: "SIGTERM" } as const;
  assertEquals(told([NOTE, NOTE, failed, undefined, stopped]), [
    "done: trained, 2026-11-29 10:20 UTC",
    "running: on node7, since 2026-11-29 09:00 UTC",
    "failed: Cannot train, on node7, 2026-11-29 10:20 UTC",
    "left: its row comes with that of run 2",
    "left: stopped by SIGTERM on node7, 2026-11-29 10:20 UTC; goes on from its state",
    "left: ",
    "left: after run 5, its teacher",
  ]);
});

Deno.test("standingsOf() takes a task that is silent for five signs of life for one that was killed", () => {
  const [, alive] = told([undefined, NOTE], 5 * SIGN_OF_LIFE);
  assertEquals(alive, "running: on node7, since 2026-11-29 09:00 UTC");
  const [, killed] = told([undefined, NOTE], 5 * SIGN_OF_LIFE + 1);
  assertEquals(
    killed,
    "failed: no sign of life from node7 since 2026-11-29 10:20 UTC; run again, it goes on from its state",
  );
});

Deno.test("readNote() gives back what writeNote() wrote, and nothing of what is no note", () =>
  withFolder(async (folder) => {
    const path = notePath(folder, "a");
    assertEquals(await readNote(path), undefined);
    await writeNote(path, NOTE);
    assertEquals(await readNote(path), NOTE);
    for (const text of ["", "{}", JSON.stringify({ ...NOTE, state: "done" })]) {
      await Deno.writeTextFile(path, text);
      assertEquals(await readNote(path), undefined);
    }
  }));

Deno.test("liveTasks() counts the notes of tasks that are at work", () =>
  withFolder(async (folder) => {
    assertEquals(await liveTasks(folder), 0);
    const now = new Date().toISOString();
    await writeNote(notePath(folder, "a"), { ...NOTE, seen: now });
    await writeNote(notePath(folder, "b"), NOTE);
    await writeNote(notePath(folder, "c"), { ...NOTE, seen: now, state: "failed" });
    await Deno.writeTextFile(notePath(folder, "d"), "{");
    assertEquals(await liveTasks(folder), 1);
  }));
