/** Splits a command line as a shell does, as far as the calls of READMEs and scripts go. */
import { UsageError } from "../flags/flags.ts";
import { shown } from "../../settings/shown.ts";

/** A quoted or a bare piece of a word, or an operator that ends a command. */
const PIECE =
  /'([^']*)'|"((?:[^"\\]|\\.)*)"|(\d*[<>]&?\d*|[&|;\n]+)|((?:[^\s'"\\&|;<>]|\\.)+)|(\s)/gsy;

/** A quoted text, which is left as it is, or a comment: from a # that begins a word to the line's end. */
const QUOTED_OR_COMMENT = /'[^']*'|"(?:[^"\\]|\\.)*"|(?<!\S)#[^\n]*/gs;

/** A word that gives a variable its value, where a command has no others. */
const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;

/**
 * The commands of a line, each as its words; of a command with redirections the words before them. A variable
 * has the value that a command before has given it. Throws a sentence for quotes that do not end, and for other
 * variables, which the caller's shell alone knows.
 */
export function shellCommands(line: string): string[][] {
  const commands: string[][] = [];
  const variables = new Map<string, string>();
  let [words, word, redirected]: [string[], string | undefined, boolean] = [[], undefined, false];
  const endWord = () => {
    if (word !== undefined && !redirected) words.push(word);
    word = undefined;
  };
  const endCommand = () => {
    endWord();
    if (words[0] === "export") words.shift();
    const given = words.map((word) => ASSIGNMENT.exec(word));
    if (given.every((one) => one !== null)) {
      for (const [, name, value] of given) variables.set(name!, value!);
    } else commands.push(words);
    [words, redirected] = [[], false];
  };
  // Comments go. A line goes on after a backslash, and before a flag, as in a quoted text of several lines.
  const text = line.replace(QUOTED_OR_COMMENT, (found) => found.startsWith("#") ? "" : found)
    .replace(/\\\r?\n|\r?\n\s*(?=-)/g, " ").trim();
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const at = PIECE.lastIndex;
    const [, single, double, operator, bare] = PIECE.exec(text) ??
      refuse(`what begins at ${shown(text.slice(at, at + 20))} does not end`);
    if (operator !== undefined) {
      endWord();
      redirected ||= /[<>]/.test(operator);
      if (!/[<>]/.test(operator)) endCommand();
      continue;
    }
    const piece = single ?? (double ?? bare)?.replace(/\\(.)/gs, "$1");
    if (piece === undefined) endWord();
    else word = (word ?? "") + (single ?? expanded(piece, variables));
  }
  endCommand();
  return commands;
}

/** A piece with the values of its variables. */
function expanded(piece: string, variables: ReadonlyMap<string, string>): string {
  return piece.replace(
    /\$(\w+)|\$\{(\w+)\}|\$\{[^}]*\}?|\$\(|`/g,
    (found, bare, braced) =>
      variables.get(bare ?? braced) ?? refuse(`it has ${shown(found)}, write its value out`),
  );
}

function refuse(why: string): never {
  throw new UsageError(`Cannot read the official call: ${why}`);
}
