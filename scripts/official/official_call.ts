/** `train --official`: takes a command line of the paper's public code, and says how it was read. */
import { shown } from "../../settings/shown.ts";
import { UsageError } from "../flags/flags.ts";
import { DEEPER_GCN, REV_GCN } from "./gen_scripts.ts";
import {
  flagNamed,
  OfficialRefusal,
  type OfficialScript,
  officialValues,
  type Ours,
} from "./official_script.ts";
import { REV_GAT } from "./rev_gat_script.ts";
import { shellCommands } from "./shell_words.ts";
import { SIMTEG } from "./simteg_script.ts";

/** All scripts whose calls are read. */
export const OFFICIAL_SCRIPTS: readonly OfficialScript[] = [
  REV_GAT,
  REV_GCN,
  ...DEEPER_GCN,
  SIMTEG,
];

/** Other scripts of the same repositories, and what does here what they do. */
const OTHERS: readonly (readonly [name: RegExp, whatItDoes: string])[] = [
  [/\btest\.py$/, "it scores a checkpoint, as deno task evaluate does"],
  [/\bhp_search(\.py)?$/, "it searches hyper-parameters, as deno task sweep does"],
  [/\bcompute_ensemble\.py$/, "it scores several models together, as deno task ensemble does"],
];

/** A call of ours that does what an official one does, and how each of its flags was read. */
export interface OfficialCall {
  /** Words that `train` takes. */
  readonly args: readonly string[];
  /** Sentences, one line each. */
  readonly lines: readonly string[];
}

/**
 * Puts flags of ours in the place of `--official LINE`; those beside it stay, and have the last word. A call
 * without it stays as it is.
 */
export function withOfficial(args: readonly string[]): OfficialCall {
  const isOurs = (arg: string) => /^--official(=|$)/.test(arg);
  const at = args.findIndex(isOurs);
  const joined = args[at]?.match(/^--official=(.*)$/s)?.[1];
  const line = joined ?? args[at + 1];
  if (at < 0 || !line) return { args, lines: [] };
  const beside = args.toSpliced(at, joined === undefined ? 2 : 1);
  if (beside.some(isOurs)) {
    throw new UsageError("Cannot use --official twice: a call does what one official call does");
  }
  return readOfficial(line, beside);
}

/** One line of how something was read. */
interface Read {
  readonly official: string;
  readonly ours: readonly Ours[];
  readonly note: string | undefined;
}

/** Reads an official command line. Throws a sentence where it is none, or asks for what is not done here. */
export function readOfficial(line: string, beside: readonly string[] = []): OfficialCall {
  const { script, words } = scriptOf(line);
  const reads = [
    { official: "always", ours: script.always, note: undefined },
    ...readFlags(script, words),
  ].map((read) => ({ ...read, ...withoutGiven(read, beside) }));
  const flags = reads.flatMap(({ ours }) => ours.flatMap((words) => words.map(String)));
  const width = Math.max(...reads.map(({ official }) => official.length));
  return {
    args: [...flags, ...beside],
    lines: [
      `Read as a call of ${script.path}, ${script.what}:`,
      ...reads.map((read) => `  ${read.official.padEnd(width)}  ${readText(read)}`),
      ...script.differences.map((difference) => `Here ${difference}.`),
    ],
  };
}

/** What each flag comes to; one that was not given and says nothing is left out. */
function readFlags(script: OfficialScript, words: readonly string[]): Read[] {
  const { values, given } = officialValues(script, words);
  return Object.entries(script.flags).flatMap(([flag, { type, read }]): Read[] => {
    const value = values[flag];
    const shown = type === "switch" ? flag : `${flag} ${value}`;
    const isGiven = given.has(flag);
    try {
      const { ours, note } = read(value, values);
      if (!isGiven && ours.length === 0) return [];
      const official = isGiven ? shown : type === "switch" ? `no ${flag}` : `${shown} (default)`;
      return [{ official, ours, note }];
    } catch (error) {
      if (!(error instanceof OfficialRefusal)) throw error;
      throw new UsageError(`Cannot do the official ${flag} ${error.message}`);
    }
  });
}

/** The flags of ours that nobody has given beside the official call, and a word on the others. */
function withoutGiven({ ours, note }: Read, beside: readonly string[]): Omit<Read, "official"> {
  const given = new Set(beside.map((word) => bare(word.replace(/=.*$/s, ""))));
  const kept = ours.filter(([flag]) => !given.has(bare(flag)));
  if (kept.length === ours.length) return { ours, note };
  const replaced = ours.filter(([flag]) => given.has(bare(flag))).map(([flag]) => flag);
  return { ours: kept, note: `replaced by ${replaced.join(", ")} beside it` };
}

/** `--labels` of `--no-labels`. */
function bare(flag: string): string {
  return flag.replace(/^--no-/, "--");
}

function readText({ ours, note }: Read): string {
  const flags = ours.map((words) => words.join(" ")).join(" ");
  if (flags === "") return `nothing: ${note}`;
  return note === undefined ? flags : `${flags} (${note})`;
}

/** The script that a line calls, and the words after its name. */
function scriptOf(line: string): { script: OfficialScript; words: readonly string[] } {
  const commands = shellCommands(line);
  const calls = commands.filter((words) => isOfMain(words) && words.some(isFlag));
  if (calls.length > 1) {
    throw new UsageError(
      `Cannot read the official call: it has ${calls.length} calls, expected one`,
    );
  }
  const command = calls[0] ?? commands.find(isOfMain) ??
    commands.find((words) => words.some(isFlag)) ?? [];
  const first = firstOfScript(command);
  const words = command.slice(first);
  for (const [name, does] of OTHERS) {
    const script = command.find((word) => name.test(word));
    if (script !== undefined) {
      throw new UsageError(`Cannot train by the official ${shown(script)}: ${does}`);
    }
  }
  const place = [...commands.slice(0, commands.indexOf(command)).flat(), ...command.slice(0, first)]
    .join(" ");
  const scripts = scriptsAt(place, words);
  if (scripts.length === 1) return { script: scripts[0]!, words };
  const names = scripts.map(({ path }) => path).join(" or ");
  throw new UsageError(
    `Cannot tell which script the official call is of: ${names} takes its flags, write the path before them`,
  );
}

/**
 * Where the words begin that a command hands its script: behind the script's name, as flags before it are of
 * what starts it, of srun or torchrun; without a name at the first flag.
 */
function firstOfScript(command: readonly string[]): number {
  for (const name of [/(^|[/\\])main\.py$|\.main$/, /\.py$/]) {
    const at = command.findIndex((word) => name.test(word));
    if (at >= 0) return at + 1;
  }
  const flagAt = command.findIndex(isFlag);
  return flagAt < 0 ? command.length : flagAt;
}

const isFlag = (word: string) => word.startsWith("--");
const isOfMain = (words: readonly string[]) => words.some((word) => /main(\.py)?$/.test(word));

/** Those that a call may be of: by its path if that tells, by its flags, and then the paper's own. */
function scriptsAt(place: string, words: readonly string[]): readonly OfficialScript[] {
  const flags = words.filter(isFlag);
  const unknown = ({ flags: known }: OfficialScript) =>
    flags.filter((flag) => flagNamed(known, flag) === undefined);
  const byPath = OFFICIAL_SCRIPTS.filter((script) => script.place.test(place));
  const among = byPath.length > 0 ? byPath : OFFICIAL_SCRIPTS;
  const byFlags = among.filter((script) => unknown(script).length === 0);
  if (byFlags.length === 0) {
    // Of the nearest one the first flag that it does not know is named.
    const nearest = among.toSorted((a, b) => unknown(a).length - unknown(b).length)[0]!;
    officialValues(nearest, words);
  }
  const papers = byFlags.filter(({ isPapers }) => isPapers);
  return papers.length === 1 ? papers : byFlags;
}
