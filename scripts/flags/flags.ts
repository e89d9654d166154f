/**
 * The command line of every task: flags are declared as values, `--help` is written from them, and a
 * wrong call or a failed run ends with one sentence.
 */
import { parseArgs as untypedParseArgs } from "@std/cli/parse-args";
import { closestString as untypedClosestString } from "@std/text/closest-string";
import { fileURLToPath } from "node:url";
import { callersPath } from "../../graphs/files/callers_path.ts";
import { escaped, quoted, shown } from "../../settings/shown.ts";
import { Interrupted } from "../../training/loop/interruption.ts";
import { exitCodeOf } from "../shared/stop_signals.ts";
import { joinedValues } from "./joined_values.ts";
import { DECIMAL, joinedNumbers } from "./numbers.ts";
import { expected } from "./expected.ts";
import { clashOf, type Named } from "./same_place.ts";
import { type Size, sizeInBytes } from "./sizes.ts";

const closestString: (word: string, words: readonly string[]) => string = untypedClosestString;
const parseArgs: (args: string[], options: {
  string: string[];
  collect: string[];
  unknown: (arg: string, name?: string) => unknown;
}) => Given = untypedParseArgs;

/** The texts that a call gives each flag and its `no-…`, none or several, and the words beside flags. */
type Given = Record<string, string[]> & { readonly _: string[] };

interface Range {
  minimum?: number;
  above?: number;
  maximum?: number;
  below?: number;
}

/**
 * One flag: its help, its type and range, and its default. `file` is the ending of paths that a choice
 * takes as well, `folder` says what is in a folder whose path it takes, by the slash in it. A boolean that is not given is false, an `open` one undefined. Paths are relative to the
 * caller's folder, defaults to the project's; a file that the task `writes` may not be another flag's too.
 * `what` describes what a path must lead to.
 */
export type Flag =
  & { help: string }
  & (
    | { type: "boolean"; default?: boolean; open?: true }
    | { type: "string"; default?: string }
    | { type: "path"; what?: string; default?: string; writes?: true; folder?: true | "or file" }
    | { type: "files" | "folders" | "numbers" }
    | {
      type: "choice";
      choices: readonly string[];
      file?: `.${string}`;
      folder?: string;
      default?: string;
    }
    | { type: "integer" | "number"; default?: number; expected?: string } & Range
    | { type: "bytes"; default?: Size }
  );

type Value<F> = F extends { type: "boolean" } ? boolean
  : F extends { file: string } ? string
  : F extends { choices: readonly (infer Choice)[] } ? Choice
  : F extends { type: "string" | "path" } ? string
  : F extends { type: "files" | "folders" } ? readonly string[]
  : F extends { type: "numbers" } ? readonly number[]
  : number;

/** A value for each flag; undefined where it is neither given nor has a default. */
export type FlagValues<Flags> = {
  [Name in keyof Flags]:
    | Value<Flags[Name]>
    | (Flags[Name] extends { open: true } ? undefined
      : Flags[Name] extends { default: unknown } | { type: "boolean" } ? never
      : undefined);
};

/** A wrong call of a task. */
export class UsageError extends Error {
  override name = "UsageError";
}

/** Thrown when the user asks for help; the message is the help text. */
export class HelpRequest extends Error {
  override name = "HelpRequest";
}

/**
 * Declares a task's flags by their names in camel case: `memoryBudget` is given as `--memory-budget`. The
 * flag named by `word` may also be given as the call's first word, without its name; words anywhere are
 * paths of the flag named by `words`.
 *
 * ```ts
 * import { defineFlags } from "./flags.ts";
 *
 * const flags = defineFlags("train", "Trains one model.", {
 *   layers: { type: "integer", minimum: 1, default: 3, help: "message-passing layers" },
 *   model: { type: "choice", choices: ["res-gnn", "rev-gnn"], default: "rev-gnn", help: "the model" },
 * });
 * const { layers, model } = flags.parse(["--layers", "28"]);
 * ```
 */
export function defineFlags<const Flags extends Record<string, Flag>>(
  task: string,
  summary: string,
  flags: Flags,
  { word, words }: { word?: keyof Flags & string; words?: keyof Flags & string } = {},
): { parse(args: string[]): FlagValues<Flags> } {
  return {
    parse(args) {
      if (args.includes("--help") || args.includes("-h")) {
        const more = word ? ` [${word.toUpperCase()}]` : words ? ` [${words.toUpperCase()} …]` : "";
        throw new HelpRequest(usage(`${task}${more}`, summary, flags));
      }
      return parse(withFlag(args, word), flags, words) as FlagValues<Flags>;
    },
  };
}

/** Puts the flag's name before a call's first word if that is no flag. */
function withFlag(args: string[], word: string | undefined): string[] {
  if (word === undefined || args[0] === undefined || args[0].startsWith("-")) return args;
  return [`--${kebab(word)}`, ...args];
}

function parse(args: string[], flags: Record<string, Flag>, words?: string) {
  const keys = Object.keys(flags);
  const isSwitch = (key: string) => flags[key]?.type === "boolean";
  const takers = keys.filter((key) => !isSwitch(key)).map(kebab);
  const lists = keys.filter((key) => flags[key]?.type === "numbers").map(kebab);
  const names = [...keys, ...keys.filter(isSwitch).map((key) => `no-${key}`)].map(kebab);
  const given = parseArgs(joinedValues(joinedNumbers(args, lists), takers), {
    string: names,
    collect: names,
    unknown: (arg, name) =>
      name !== undefined ? refuseFlag(arg, keys.map(kebab)) : words ?? refuseWord(arg),
  });
  if (words !== undefined && given._.length > 0 && given[kebab(words)]!.length === 0) {
    given[kebab(words)] = [given._.splice(0).join(",")];
  }
  given._.forEach(refuseWord);
  const values = keys.map((key) => [key, read(kebab(key), flags[key]!, given)] as const);
  refuseOnePlace(values.flatMap(([key, value]) => namedBy(kebab(key), flags[key]!, value)));
  return Object.fromEntries(values);
}

/** The paths that a flag's value names. */
function namedBy(flag: string, declared: Flag, value: unknown): Named[] {
  if (declared.type === "files") return (value as string[] ?? []).map((path) => ({ flag, path }));
  if (typeof value !== "string") return [];
  if (declared.type === "path") {
    const { writes = false, folder } = declared;
    return [{ flag, path: value, writes, folder: folder !== undefined }];
  }
  const isFile = declared.type === "choice" && !declared.choices.includes(value);
  return isFile ? [{ flag, path: value }] : [];
}

/** Throws where two flags name one file and one of them is written to. */
export function refuseOnePlace(named: readonly Named[]): void {
  const clash = clashOf(named);
  if (clash !== undefined) throw new UsageError(clash);
}

function refuseWord(word: string): never {
  throw new UsageError(`Cannot use ${quoted(word)}: only flags are expected (--help lists them)`);
}

function refuseFlag(arg: string, names: string[]): never {
  const [flag = arg] = arg.split("=");
  const nearest = nearestTo(flag.replace(/^-+/, ""), [...names, "help"]);
  throw new UsageError(
    `Cannot use ${shown(flag)}: no such flag, did you mean --${nearest}? (--help lists them)`,
  );
}

/** The word that is most like another, of which the first letters count. */
function nearestTo(word: string, words: readonly string[]): string {
  return closestString(word.slice(0, 100), words);
}

/** Checks and converts what was given for one flag, or is usual where nothing was. */
function read(name: string, flag: Flag, given: Given): unknown {
  const use = useOf(name, flag, given);
  if (flag.type === "boolean") {
    if (use === undefined) return flag.open ? undefined : flag.default ?? false;
    if (use.text === "") return use.name === name;
    throw new UsageError(`Cannot use --${use.name} with ${quoted(use.text)}: it takes no value`);
  }
  const usual = "default" in flag ? flag.default : undefined;
  if (use === undefined && usual === undefined) return undefined;
  if (use === undefined && flag.type === "path") return PROJECT_ROOT + usual;
  const text = use?.text ?? String(usual);
  if (text === "") {
    throw new UsageError(`Cannot use --${name} without a value: it must be ${expected(flag)}`);
  }
  const value = convert(flag, text);
  if (value !== undefined) return value;
  const hint = flag.type === "choice" ? `, did you mean ${nearestTo(text, flag.choices)}?` : "";
  throw new UsageError(`Cannot use --${name} ${shown(text)}: it must be ${expected(flag)}${hint}`);
}

/** How a call gives a flag, or its `no-…`; undefined for not at all. Of two uses one would count for nothing. */
function useOf(name: string, flag: Flag, given: Given) {
  const uses = [name, `no-${name}`].flatMap((name) =>
    (given[name] ?? []).map((text) => ({ name, text }))
  );
  if (uses.length < 2) return uses[0];
  const words = uses.map(({ name, text }) => `--${name}${text === "" ? "" : ` ${shown(text)}`}`);
  const isList = ["files", "folders", "numbers"].includes(flag.type);
  throw new UsageError(
    `Cannot use ${words.join(" and ")}: a flag is given once, ` +
      (isList ? "with commas between its values" : "leave one out"),
  );
}

/** Converts a flag's text to its value, or to undefined if the flag does not take it. */
function convert(flag: Exclude<Flag, { type: "boolean" }>, text: string): unknown {
  switch (flag.type) {
    case "string":
      return text;
    case "path":
      return flag.writes && !flag.folder && /[/\\]$/.test(text) ? undefined : callersPath(text);
    case "files":
    case "folders":
      return text.split(",").filter((path) => path !== "").map(callersPath);
    case "choice":
      if (flag.file !== undefined && text.endsWith(flag.file)) return callersPath(text);
      if (flag.folder !== undefined && /[/\\]/.test(text)) return callersPath(text);
      return flag.choices.find((choice) => choice === text);
    case "numbers": {
      const texts = text.trim().split(/\s*,\s*|\s+/);
      return texts.every((one) => DECIMAL.test(one)) ? texts.map(Number) : undefined;
    }
    case "bytes":
      return sizeInBytes(text);
    default: {
      const value = DECIMAL.test(text) ? Number(text) : NaN;
      const fits = flag.type === "integer" ? Number.isSafeInteger(value) : Number.isFinite(value);
      return fits && inRange(value, flag) ? value : undefined;
    }
  }
}

function inRange(value: number, range: Range): boolean {
  const { minimum = -Infinity, above = -Infinity, maximum = Infinity, below = Infinity } = range;
  return value >= minimum && value > above && value <= maximum && value < below;
}

function usage(task: string, summary: string, flags: Record<string, Flag>): string {
  const entries = [...Object.entries(flags), ["help", HELP] as const].map(([key, flag]) => {
    const negated = flag.type === "boolean" && flag.default === true;
    const details = [
      expected(flag),
      "default" in flag && flag.type !== "boolean" ? `default ${flag.default}` : "",
    ].filter((detail) => detail !== "").join("; ");
    const either = flag.type === "boolean" && flag.open;
    return {
      flag: `--${negated ? "no-" : either ? "[no-]" : ""}${kebab(key)}`,
      help: details === "" ? flag.help : `${flag.help} (${details})`,
    };
  });
  const width = Math.max(...entries.map(({ flag }) => flag.length));
  const lines = entries.map(({ flag, help }) => `  ${flag.padEnd(width)}  ${help}`);
  return `Usage: deno task ${task} [FLAGS]\n\n${summary}\n\nFlags:\n${lines.join("\n")}`;
}

/** The folder of the project, with a slash at its end. */
export const PROJECT_ROOT = fileURLToPath(new URL("../../", import.meta.url));

const HELP: Flag = { type: "boolean", help: "show this text" };

export function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/**
 * Runs a task's `main`: here every error becomes a sentence and an exit code. That of a run which a signal
 * has stopped is the one that shells have for the signal.
 */
export async function runScript(
  main: (args: string[]) => Promise<void>,
  exit: (code: number) => void = Deno.exit,
): Promise<void> {
  try {
    await main(Deno.args);
  } catch (error) {
    if (error instanceof HelpRequest) return console.log(error.message);
    if (error instanceof Interrupted) {
      console.error(error.message);
      return exit(exitCodeOf(error.by));
    }
    console.error(`error: ${escaped(error instanceof Error ? error.message : String(error))}`);
    if (wantsTrace() && error instanceof Error) console.error(error.stack);
    exit(error instanceof UsageError ? 2 : 1);
  }
}

function wantsTrace(): boolean {
  const permission = Deno.permissions.querySync({ name: "env", variable: "DEBUG" });
  return permission.state === "granted" && Boolean(Deno.env.get("DEBUG"));
}
