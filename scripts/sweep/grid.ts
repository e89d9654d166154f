/**
 * The calls of `train` that a sweep stands for: a call in which flags may have several values, as in
 * `--lr 0.003,0.01 --labels on,off`, is one call for each combination of them.
 */
import { callersPath } from "../../graphs/files/callers_path.ts";
import { type Flag, UsageError } from "../flags/flags.ts";

/** One combination: the words of its call, and what tells it from the others, as `lr 0.01, labels on`. */
export interface GridCall {
  readonly words: readonly string[];
  readonly title: string;
}

/** A flag of a call, and all words by which it may be given: one for each of its values. */
interface Choice {
  readonly name: string;
  readonly values: readonly { readonly text: string; readonly words: readonly string[] }[];
}

/** More runs than these are a slip of the pen. */
const MOST_CALLS = 10_000;

/** Every combination, the last flag's values changing fastest; `flags` are train's, by their names on a call. */
export function gridOf(args: readonly string[], flags: ReadonlyMap<string, Flag>): GridCall[] {
  const choices = choicesOf(args, flags);
  const count = choices.reduce((product, { values }) => product * values.length, 1);
  if (count > MOST_CALLS) {
    throw new UsageError(
      `Cannot sweep ${count} combinations: expected at most ${MOST_CALLS}, give fewer values`,
    );
  }
  let calls: GridCall[] = [{ words: [], title: "" }];
  for (const { name, values } of choices) {
    calls = calls.flatMap(({ words, title }) =>
      values.map((value) => ({
        words: [...words, ...value.words],
        title: values.length > 1 ? joined(title, `${name} ${value.text}`) : title,
      }))
    );
  }
  return calls;
}

function joined(title: string, more: string): string {
  return title === "" ? more : `${title}, ${more}`;
}

/** The flags of a call; what is no flag's is left to train's own reading, which says what is wrong with it. */
function choicesOf(args: readonly string[], flags: ReadonlyMap<string, Flag>): Choice[] {
  const choices: Choice[] = [];
  for (let i = 0; i < args.length; i++) {
    const [, name = "", joinedValue] = /^--([^=]+)(?:=(.*))?$/s.exec(args[i]!) ?? [];
    const flag = flags.get(name);
    const next = joinedValue ?? args[i + 1];
    if (flag?.type === "boolean" && next !== undefined && SWITCH.test(next)) {
      choices.push({
        name,
        values: listed(next).map((text) => ({ text, words: switched(name, text) })),
      });
      if (joinedValue === undefined) i++;
    } else if (flag && isListed(flag) && next !== undefined) {
      choices.push({
        name,
        values: listed(next).map((text) => ({ text, words: [`--${name}=${text}`] })),
      });
      if (joinedValue === undefined) i++;
    } else choices.push({ name, values: [{ text: "", words: [args[i]!] }] });
  }
  return choices;
}

/** Whether a flag's values are told apart by commas; paths may have commas of their own. */
function isListed(flag: Flag): boolean {
  if (flag.type === "choice") return flag.file === undefined;
  return flag.type === "number" || flag.type === "integer" || flag.type === "bytes";
}

/** Values of a flag that is on or off. */
const SWITCH = /^(on|off)(,(on|off))*$/;

function switched(name: string, text: string): string[] {
  return [text === "on" ? `--${name}` : `--no-${name}`];
}

/** Values between commas, none twice. */
function listed(text: string): string[] {
  return [...new Set(text.split(","))];
}

/** The same call with its paths from the root, for a task that is called from another folder. */
export function callFromRoot(args: readonly string[], flags: ReadonlyMap<string, Flag>): string[] {
  const words: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const [, name = "", joined] = /^--([^=]+)(?:=(.*))?$/s.exec(args[i]!) ?? [];
    const value = joined ?? args[i + 1];
    const path = value && pathOf(flags.get(name), value);
    if (path === undefined || path === "") words.push(args[i]!);
    else {
      words.push(`--${name}=${path}`);
      if (joined === undefined) i++;
    }
  }
  return words;
}

/** The paths that a flag's value names, from the root; undefined where it names none. */
function pathOf(flag: Flag | undefined, value: string): string | undefined {
  if (flag?.type === "path") return callersPath(value);
  if (flag?.type === "files") return value.split(",").map(callersPath).join(",");
  const isFile = flag?.type === "choice" && flag.file !== undefined && value.endsWith(flag.file);
  return isFile ? callersPath(value) : undefined;
}
