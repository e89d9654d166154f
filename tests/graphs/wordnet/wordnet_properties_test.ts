/** `wordnetFrames()` and `wordnetLexnames()` on any data files, and the sets that were written. */
import { assertSentence, holds, testReader } from "../../properties/properties.ts";
import fc from "fast-check";
import { readSynsets } from "../../../graphs/wordnet/synsets.ts";
import { wordnetFrames } from "../../../graphs/wordnet/wordnet_frames.ts";
import { wordnetLexnames } from "../../../graphs/wordnet/wordnet_lexnames.ts";
import { assertEquals } from "../../assert.ts";
import { type Bytes, damaged, joined, word } from "../../properties/inputs.ts";
import { withFolder } from "../../folder.ts";

const padded = (value: number, digits: number, radix = 10) =>
  value.toString(radix).padStart(digits, "0");

interface Written {
  readonly offset: number;
  readonly lexname: number;
  readonly words: readonly string[];
  readonly targets: readonly number[];
  readonly frames: readonly number[];
  readonly gloss: string;
}

const set: fc.Arbitrary<Written> = fc.record({
  offset: fc.nat(9),
  lexname: fc.nat(50),
  words: fc.array(fc.stringMatching(/^[a-z_']+$/), { minLength: 1, maxLength: 3 }),
  targets: fc.array(fc.nat(9), { maxLength: 3 }),
  frames: fc.array(fc.nat(35), { maxLength: 3 }),
  gloss: word.map((text) => text.replace(/[\r\n]/g, "").toWellFormed()),
});
const anySets = fc.uniqueArray(set, {
  selector: ({ offset }) => offset,
  ...{ minLength: 1, maxLength: 6 },
});
const sets = anySets
  .map((all) => {
    const known = new Set(all.map(({ offset }) => offset));
    return all.map((one) => ({ ...one, targets: one.targets.filter((to) => known.has(to)) }));
  });

function lineOf({ offset, lexname, words, targets, frames, gloss }: Written): string {
  return [
    ...[padded(offset, 8), padded(lexname, 2), "v", padded(words.length, 2, 16)],
    ...words.flatMap((word) => [word, "0"]),
    padded(targets.length, 3),
    ...targets.flatMap((to) => ["@", padded(to, 8), "v", "0000"]),
    padded(frames.length, 2),
    ...frames.flatMap((frame) => ["+", padded(frame, 2), "00"]),
    `| ${gloss}`,
  ].join(" ");
}

const textOf = (sets: readonly Written[]) => sets.map((set) => `${lineOf(set)}\n`).join("");
const bytesOf = (text: string) => joined(new TextEncoder().encode(text));
/** A hundred verbs of one frame, which is then a task; some more of any. */
const MANY = Array.from({ length: 100 }, (_, k): Written => ({
  ...{ offset: k + 100, lexname: 29, words: ["go"], targets: [], frames: [8], gloss: "move" },
}));
const files = fc.tuple(sets, fc.boolean()).map(([sets, many]) =>
  bytesOf(textOf(many ? [...sets, ...MANY] : sets))
);

/** Writes the verbs' file, and one set of each other part of speech. */
async function withWordnet(bytes: Bytes, use: (folder: string) => Promise<void>): Promise<void> {
  await withFolder(async (folder) => {
    await Deno.writeFile(`${folder}/data.verb`, bytes);
    for (const [file, part] of [["noun", "n"], ["adj", "a"], ["adv", "r"]] as const) {
      await Deno.writeTextFile(`${folder}/data.${file}`, `00000001 03 ${part} 01 a 0 000 | b\n`);
    }
    await use(folder);
  });
}

testReader<Bytes>("wordnetFrames() and wordnetLexnames()", {
  name: "wordnet",
  inputs: fc.oneof(files, damaged(files)),
  read: (bytes) =>
    withWordnet(bytes, async (folder) => {
      await wordnetLexnames({ folder, channels: 4 });
      await wordnetFrames({ folder, channels: 4 });
    }),
  multiple: 100, // a column for each of 27 features of an edge, of 16 letters, there and back
});

Deno.test("wordnetLexnames() refuses pointers to sets that are not there, and no others", () =>
  holds(anySets, (sets) =>
    withWordnet(bytesOf(textOf(sets)), async (folder) => {
      const known = new Set(sets.map(({ offset }) => offset));
      const right = sets.every(({ lexname, targets }) =>
        lexname < 45 && targets.every((to) => known.has(to))
      );
      let found: unknown;
      try {
        found = await wordnetLexnames({ folder, channels: 4 });
      } catch (error) {
        assertSentence(error);
      }
      assertEquals(found !== undefined, right);
    })));

Deno.test("readSynsets() reads the sets that were written", () =>
  holds(sets, (sets) =>
    withWordnet(bytesOf(textOf(sets)), async (folder) => {
      const read = await readSynsets(["v"], folder);
      assertEquals(
        read.map(({ id, lexname, pointers, frames, gloss }) => ({
          id,
          lexname,
          pointers,
          frames,
          gloss,
        })),
        sets.map(({ offset, lexname, targets, frames, gloss }) => ({
          ...{ id: `v${padded(offset, 8)}`, lexname, frames: new Set(frames), gloss },
          pointers: targets.map((to) => ({ symbol: "@", target: `v${padded(to, 8)}` })),
        })),
      );
    })));
