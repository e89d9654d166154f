/** Splits a command line as a shell does, as far as the calls of READMEs and scripts go. */
import { UsageError } from "../flags/flags.ts";
import { shown } from "../../settings/shown.ts";

/** A quoted or a bare piece of a word, or an operator that ends a command. */
const PIECE =
  /'([^']*)'|"((?:[^"\\]|\\.)*)"|(\d*[<>]&?\d*|[&|;\n]+)|((?:[^\s'"\\&|;<>]|\\.)+)|(\s)/gsy;

/**
 * The commands of a line, each as its words; of a command with redirections the words before them. Throws a
 * sentence for quotes that do not end, and for variables, which the caller's shell alone knows.
 */
export function shellCommands(line: string): string[][] {
  const commands: string[][] = [];
  let [words, word, redirected]: [string[], string | undefined, boolean] = [[], undefined, false];
  const endWord = () => {
    if (word !== undefined && !redirected) words.push(word);
    word = undefined;
  };
  // A line goes on after a backslash, and before a flag, as in a quoted text of several lines.
  const text = line.replace(/\\\r?\n|\r?\n\s*(?=-)/g, " ").trim();
  PIECE.lastIndex = 0;
  while (PIECE.lastIndex < text.length) {
    const at = PIECE.lastIndex;
    const [, single, double, operator, bare] = PIECE.exec(text) ??
      refuse(`what begins at ${shown(text.slice(at, at + 20))} does not end`);
    if (operator !== undefined) {
      endWord();
      redirected ||= /[<>]/.test(operator);
      if (/[<>]/.test(operator)) continue;
      commands.push(words);
      [words, redirected] = [[], false];
      continue;
    }
    const piece = single ?? (double ?? bare)?.replace(/\\(.)/gs, "$1");
    if (piece === undefined) endWord();
    else word = (word ?? "") + checked(piece, single !== undefined);
  }
  endWord();
  return [...commands, words].filter(({ length }) => length > 0);
}

function checked(piece: string, literal: boolean): string {
  const [variable] = literal ? [] : piece.match(/\$\{?\w+\}?|\$\(|`/) ?? [];
  if (variable !== undefined) refuse(`it has ${shown(variable)}, write its value out`);
  return piece;
}

function refuse(why: string): never {
  throw new UsageError(`Cannot read the official call: ${why}`);
}
