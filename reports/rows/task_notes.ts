/** What a run's task says of itself while it has no row: a small file for each, which readers may miss. */
import * as v from "valibot";
import { dirname } from "node:path";
import { parseJson } from "../../graphs/files/json.ts";
import { removeWhole, writeWhole } from "../../graphs/files/whole_file.ts";
import { oneOf, text } from "../../settings/option.ts";
import { complete } from "../../settings/resolve.ts";
import type { Resolved } from "../../settings/types.ts";

const NOTE = v.strictObject({
  state: oneOf(["running", "stopped", "failed"]),
  /** The machine. */
  host: text(),
  /** When it began, and when it last wrote this: ISO 8601, UTC. */
  since: text(),
  seen: text(),
  /** What stopped it, or why it failed. */
  words: v.optional(text()),
});
/** How it stands with a task. */
export type TaskNote = Resolved<typeof NOTE>;

/** Milliseconds between two signs of life of a task. */
export const SIGN_OF_LIFE = 60_000;
/** A task that gives none for so long is taken to have been killed; machines' clocks differ. */
const SILENCE = 5 * SIGN_OF_LIFE;

/** Whether a task is at work, as far as its note tells. */
export function isAlive({ state, seen }: TaskNote, now: number): boolean {
  return state === "running" && now - Date.parse(seen) <= SILENCE;
}

/** How many tasks are at work in a folder. */
export async function liveTasks(folder: string): Promise<number> {
  let live = 0;
  try {
    for await (const { name } of Deno.readDir(`${folder}/tasks`)) {
      const note = name.endsWith(".json") ? await readNote(`${folder}/tasks/${name}`) : undefined;
      if (note && isAlive(note, Date.now())) live++;
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return live;
}

/** Where the note of a run stands; `folder` is a scale's. */
export function notePath(folder: string, key: string): string {
  return `${folder}/tasks/${key}.json`;
}

export async function writeNote(path: string, note: TaskNote): Promise<void> {
  await Deno.mkdir(dirname(path), { recursive: true });
  await writeWhole(path, new TextEncoder().encode(`${JSON.stringify(note)}\n`));
}

/** Removes a note, once the run's row says more. */
export const removeNote: (path: string) => Promise<void> = removeWhole;

/** The note of a run; undefined where there is none, or none that can be read. */
export async function readNote(path: string): Promise<TaskNote | undefined> {
  try {
    return complete(NOTE, parseJson(await Deno.readTextFile(path), path) as object);
  } catch {
    return undefined; // a page without it is better than no page
  }
}
