/** What an official script can be told, and how each of its flags is read here. */
import { shown } from "../../settings/shown.ts";
import { UsageError } from "../flags/flags.ts";

/** A flag of ours with its value, where it takes one. */
export type Ours = readonly [flag: string, value?: string | number];

/** How one official flag is read: as flags of ours, perhaps none, with what is to be said of it. */
export interface FlagReading {
  readonly ours: readonly Ours[];
  readonly note?: string;
}

/** The values of all flags of an official call, defaults filled in. */
export type OfficialValues = Readonly<Record<string, string | number | boolean | undefined>>;

/** One flag of an official script. */
export interface OfficialFlag {
  /** As argparse has it: a switch, or a value of a type. */
  readonly type: "switch" | "whole" | "number" | "text";
  /** The official default; of a switch false. */
  readonly usual?: string | number;
  /** Throws a sentence for what cannot be done here. */
  readonly read: (value: string | number | boolean | undefined, all: OfficialValues) => FlagReading;
}

/** One script of the paper's public repository, or one made from it. */
export interface OfficialScript {
  /** Its path in its repository. */
  readonly path: string;
  /** What the path before its flags must hold to be this script's. */
  readonly place: RegExp;
  /** Whether it is the paper's own, which is meant where several scripts take the same flags. */
  readonly isPapers: boolean;
  /** The model and the data set that it trains. */
  readonly what: string;
  /** What it does in any case. */
  readonly always: readonly Ours[];
  /** What it does that is not done here, as clauses. */
  readonly differences: readonly string[];
  readonly flags: Readonly<Record<string, OfficialFlag>>;
}

/** Reads a flag as one of ours of the same value. */
export const as = (flag: string): OfficialFlag["read"] => (value) => ({
  ours: [[flag, value as string | number]],
});

/** Reads a switch as one of ours, or as its opposite. */
export const asSwitch = (flag: string, on: boolean): OfficialFlag["read"] => (value) => ({
  ours: [[value === on ? `--${flag}` : `--no-${flag}`]],
});

/** Leaves a flag out, and says why. */
export const needless = (note: string): OfficialFlag["read"] => () => ({ ours: [], note });

/** Takes one value alone; of any other it says why not. */
export const onlyValue = (wanted: string | number, why: string): OfficialFlag["read"] => (value) =>
  value === wanted ? { ours: [], note: why } : refuse(`${shown(value)}: ${why}`);

/** Throws a sentence on a flag's value; whoever reads the flag puts its name before it. */
export function refuse(clause: string): never {
  throw new OfficialRefusal(clause);
}

/** Why a flag cannot be read, beginning with its value. */
export class OfficialRefusal extends Error {
  override name = "OfficialRefusal";
}

/** The values of a call's words by a script's flags, as argparse reads them. */
export function officialValues(
  { flags, path }: OfficialScript,
  words: readonly string[],
): { values: OfficialValues; given: ReadonlySet<string> } {
  const usual = Object.entries(flags).map(([name, { type, usual }]) =>
    [name, type === "switch" ? false : usual] as const
  );
  const values: Record<string, string | number | boolean | undefined> = Object.fromEntries(usual);
  const given = new Set<string>();
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    const name = flagNamed(flags, word);
    if (name === undefined) {
      throw new UsageError(
        `Cannot read ${shown(word)} of the official call: ${path} has no such flag`,
      );
    }
    const { type } = flags[name]!;
    const [, joined] = word.match(/=(.*)$/s) ?? [];
    given.add(name);
    if (type === "switch") {
      if (joined !== undefined) {
        throw new UsageError(
          `Cannot read ${shown(word)} of the official call: ${name} takes no value`,
        );
      }
      values[name] = true;
      continue;
    }
    // As argparse has it, a flag is no value of the one before: a variable that was empty shifts nothing.
    const isBehind = joined === undefined && !words[at + 1]?.startsWith("--");
    values[name] = valueOf(name, type, isBehind ? words[++at] : joined);
  }
  return { values, given };
}

/** The flag that a word names, in full or by the letters that no other begins with. */
export function flagNamed(flags: OfficialScript["flags"], word: string): string | undefined {
  const name = word.replace(/=.*$/s, "");
  if (!name.startsWith("--")) return undefined;
  if (Object.hasOwn(flags, name)) return name;
  const [first, ...others] = Object.keys(flags).filter((flag) => flag.startsWith(name));
  return others.length === 0 && name.length > 2 ? first : undefined;
}

function valueOf(
  name: string,
  type: Exclude<OfficialFlag["type"], "switch">,
  text: string | undefined,
): string | number {
  const value = text === undefined || text.trim() === "" || type === "text" ? text : Number(text);
  const fits = type === "whole"
    ? Number.isSafeInteger(value)
    : type !== "number" || Number.isFinite(value);
  if (value !== undefined && value !== "" && fits) return value;
  const wanted = { whole: "a whole number", number: "a number", text: "a text" }[type];
  throw new UsageError(
    `Cannot read ${name} ${
      shown(text ?? "without a value")
    } of the official call: expected ${wanted}`,
  );
}
