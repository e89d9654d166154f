/** Writes settings as the flags of a call that repeats them. */
import type * as v from "valibot";
import { resolve } from "./resolve.ts";
import { isRecord } from "./record.ts";
import { aboutOf, entriesFor, variantsOf } from "./schema.ts";
import type { Given } from "./types.ts";

/** The flag of an option, such as `--warm-up`. */
export function flagOf(name: string, entry: v.GenericSchema): string {
  const { flag = name } = aboutOf(entry)!;
  return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** A word of a call, as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/**
 * The flags for all that differs from `usual`, which a call without flags would use. Undefined if an
 * option without a flag differs, such as a list.
 */
export function callOf(
  schema: v.GenericSchema,
  settings: unknown,
  usual: unknown,
): string[] | undefined {
  const words: string[] = [];
  for (const [name, entry] of Object.entries(entriesFor(schema, settings) ?? {})) {
    if (aboutOf(entry) === undefined) continue;
    const [value, other] = [settings, usual].map((all) => isRecord(all) ? all[name] : undefined);
    const flags = wordsOf(flagOf(name, entry), entry, value, other);
    if (flags === undefined) return undefined;
    words.push(...flags);
  }
  return words;
}

function wordsOf(
  flag: string,
  entry: v.GenericSchema,
  value: unknown,
  usual: unknown,
): string[] | undefined {
  if (isRecord(value)) {
    if (variantsOf(entry) === undefined) return callOf(entry, value, usual);
    const same = isRecord(usual) && usual.kind === value.kind;
    const start = same ? usual : resolve(entry, { kind: value.kind } as Given<v.GenericSchema>);
    const own = callOf(entry, value, start);
    return own && [...same ? [] : [flag, String(value.kind)], ...own];
  }
  if (JSON.stringify(value) === JSON.stringify(usual)) return [];
  if (typeof value === "boolean") return [value ? flag : flag.replace("--", "--no-")];
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) {
    return [flag, value.join(",")];
  }
  return value === null || Array.isArray(value) ? undefined : [flag, String(value)];
}
