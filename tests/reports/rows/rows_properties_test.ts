/** `readRows()` and `upgraded()` on any lines, and the rows that `appendRow()` wrote. */
import { assertSentence, holds, testReader } from "../../properties/properties.ts";
import fc from "fast-check";
import { appendRow, readRows, rowLine } from "../../../reports/rows/rows.ts";
import { isRecord } from "../../../settings/record.ts";
import { upgraded } from "../../../scripts/upgrade_rows.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type Bytes, changed, damaged, joined, json, jsonText } from "../../properties/inputs.ts";
import { withFolder } from "../../folder.ts";
import { equilibriumRows, fixtureRows } from "../fixture_rows.ts";

const ROWS: Row[] = [
  ...fixtureRows("quick").slice(0, 3),
  ...equilibriumRows("quick").slice(0, 2),
  { ...fixtureRows("quick")[0]!, inference: [{ parts: 2, views: 3 }] },
];
const rows = fc.constantFrom(...ROWS);
const bytesOf = (text: string) => joined(new TextEncoder().encode(text));

/** Lines of rows, of which some are changed without or with their checksum, or are other JSON. */
const line = fc.oneof(
  rows.map(rowLine),
  changed(rows).map(jsonText),
  changed(rows.map((row) => JSON.parse(rowLine(row)))).map(jsonText),
  json.map(jsonText),
);
const files = fc.tuple(fc.array(line, { maxLength: 3 }), fc.boolean())
  .map(([lines, end]) => bytesOf(lines.join("\n") + (end ? "\n" : "")));

/** What a reader of rows makes of a file, without what it warns of. */
async function read(bytes: Bytes): Promise<Row[]> {
  const { warn } = console;
  console.warn = () => {};
  try {
    let rows: Row[] = [];
    await withFolder(async (folder) => {
      await Deno.writeFile(`${folder}/a.jsonl`, bytes);
      rows = await readRows(`${folder}/a.jsonl`);
    });
    return rows;
  } finally {
    console.warn = warn;
  }
}

/** Whether a value has all that another says: a reader may add defaults, and leave nothing out. */
function holdsAll(value: unknown, said: unknown): boolean {
  if (!isRecord(said)) return JSON.stringify(value) === JSON.stringify(said);
  return isRecord(value) &&
    Object.keys(said).every((key) => Object.hasOwn(value, key) && holdsAll(value[key], said[key]));
}

testReader<Bytes>("readRows()", {
  name: "rows",
  inputs: fc.oneof(files, damaged(files)),
  async read(bytes) {
    const rows = await read(bytes);
    const lines = new TextDecoder().decode(bytes).split("\n").filter((line) => line.trim() !== "");
    for (const [i, row] of rows.entries()) {
      const { crc32: _, ...said } = JSON.parse(lines[i]!);
      assert(holdsAll(row, said), "a key was left out");
    }
  },
  multiple: 16,
});

Deno.test("readRows() refuses a row damaged anywhere, or reads the same", () =>
  holds(
    rows.chain((row) =>
      damaged(fc.constant(bytesOf(`${rowLine(row)}\n`))).map((bytes) => ({ row, bytes }))
    ),
    async ({ row, bytes }) => {
      let found: Row[];
      try {
        found = await read(bytes);
      } catch (error) {
        return assertSentence(error);
      }
      // A copy of the line is a row as well; one without its checksum is another version's.
      const lines = new TextDecoder().decode(bytes).split("\n");
      if (lines.every((line) => line === "" || line.includes('"crc32":'))) {
        for (const one of found) assertEquals(one, row);
      }
    },
  ));

Deno.test("readRows() reads the rows that appendRow() was given", () =>
  holds(
    fc.array(
      fc.tuple(
        rows,
        fc.string({ unit: "grapheme" }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
      ),
      { minLength: 1, maxLength: 3 },
    ),
    (given) =>
      withFolder(async (folder) => {
        const rows = given.map(([row, name, loss]): Row => ({
          ...row,
          ...{ name, adapter: name, losses: [loss] },
        }));
        for (const row of rows) await appendRow(`${folder}/a.jsonl`, row);
        const found = await readRows(`${folder}/a.jsonl`);
        assertEquals(found, rows);
      }),
  ));

const OLD = {
  ...{ experiment: "train", name: "a", scale: "own", dataset: "planted", epochs: 20 },
  ...{ schedule: "warm-up", warmUp: 3, learningRate: 0.02, memoryBudget: null, status: "trained" },
  model: {
    ...{ kind: "deq-gnn", channels: 12, dropout: 0.1, convolution: "gat", attention: { heads: 2 } },
    equilibrium: { method: "broyden", maxSteps: 7, gradient: "phantom", phantomSteps: 2 },
  },
  ...{ parameters: 9, peakBytes: 9, activationBytes: 9, secondsPerEpoch: 1, bestEpoch: 1 },
  ...{ scores: null, losses: [1], adapter: "a", deno: "2", version: "0", commit: "b", date: "c" },
};

testReader<string>("upgraded()", {
  name: "old_rows",
  inputs: fc.oneof(
    { weight: 4, arbitrary: changed(fc.constantFrom<unknown>(OLD, ...ROWS)) },
    { weight: 1, arbitrary: json },
  ).map(jsonText).filter((text) => text.length < 10_000), // deeper ones are no row's: see parseJson()
  read: (text) => upgraded(JSON.parse(text)),
  multiple: 16,
  ofFile: (bytes) => new TextDecoder().decode(bytes),
});
