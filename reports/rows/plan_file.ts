/** The plan of runs that are tasks of their own, as a file of JSON lines: what each number stands for. */
import * as v from "valibot";
import { parseJson } from "../../graphs/files/json.ts";
import { doesNotOpen } from "../../graphs/files/read_file.ts";
import { writeWhole } from "../../graphs/files/whole_file.ts";
import { real, text, whole } from "../../settings/option.ts";
import { isRecord } from "../../settings/record.ts";
import { complete, SettingsError } from "../../settings/resolve.ts";
import { shown } from "../../settings/shown.ts";
import type { Resolved } from "../../settings/types.ts";

const LINE = v.strictObject({
  /** Its place in the plan, from 1. */
  run: whole({ from: 1 }),
  /** What its files are named after. */
  key: text(),
  experiment: text(),
  title: text(),
  /** The run that teaches it, which must have come to its end. */
  teacher: v.optional(whole({ from: 1 })),
  /** Where its row is another's: the run that does the same work. */
  sameAs: v.optional(whole({ from: 1 })),
  /** Of what is left to run: its device memory, its machine's memory, and how long it may take. */
  peakBytes: v.optional(whole()),
  hostBytes: v.optional(whole()),
  seconds: v.optional(real({ from: 0 })),
});
/** One run of the plan. */
export type PlanLine = Resolved<typeof LINE>;

/** Where a folder's plan stands; `folder` is a scale's. */
export function planPath(folder: string): string {
  return `${folder}/plan.jsonl`;
}

export async function writePlan(folder: string, lines: readonly PlanLine[]): Promise<void> {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
  await Deno.mkdir(folder, { recursive: true });
  await writeWhole(planPath(folder), new TextEncoder().encode(text));
}

/** The plan of a folder; undefined where there is none. */
export async function readPlan(folder: string): Promise<PlanLine[] | undefined> {
  const path = planPath(folder);
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw doesNotOpen(path, error);
  }
  return text.trimEnd().split("\n").map((line, i) => parseLine(line, `${path}:${i + 1}`));
}

function parseLine(line: string, place: string): PlanLine {
  const what = `Cannot read ${place} as a run of a plan`;
  try {
    const held = parseJson(line, "the line");
    if (!isRecord(held)) throw new TypeError(`expected an object, found ${shown(held)}`);
    return complete(LINE, held);
  } catch (error) {
    const why = error instanceof SettingsError ? error.clause : (error as Error).message;
    throw new TypeError(`${what}: ${why}`);
  }
}
