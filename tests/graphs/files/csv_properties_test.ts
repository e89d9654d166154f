/** `readTable()` on any text, and the numbers it reads. */
import { holds, testReader } from "../../properties/properties.ts";
import fc from "fast-check";
import { readTable, TableError, type TableOptions } from "../../../graphs/files/csv.ts";
import { assert, assertEquals } from "../../assert.ts";
import { type Bytes, damaged, joined, number, word } from "../../properties/inputs.ts";

/** The bytes in blocks of so many. */
async function* blocks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield await bytes.subarray(at, at + size);
}

const bytesOf = (text: string) => joined(new TextEncoder().encode(text));

/** A number as people and programs write it. */
const numeral = number.chain((value) => {
  const forms = [String(value), value.toExponential(), `+${value}`, `${value}`.replace("0.", ".")];
  return fc.constantFrom(...forms, value.toPrecision(30), `000${value}`);
});
/** Digits and exponents at either side of what a float64 holds exactly. */
const digits = fc.stringMatching(/^-?\d{1,19}(\.\d{0,20})?(e-?[12]?\d)?$/);
const cell = fc.oneof({ weight: 9, arbitrary: fc.oneof(numeral, digits) }, {
  weight: 1,
  arbitrary: word,
});
/** Rows of as many columns, or of any. */
const rows = fc.oneof(
  fc.constantFrom(1, 2, 4).chain((cols) =>
    fc.array(fc.array(fc.oneof(numeral, digits), { minLength: cols, maxLength: cols }), {
      maxLength: 4,
    })
  ),
  fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 5 }),
);
const texts = fc.tuple(
  rows,
  fc.constantFrom("\n", "\r\n"),
  fc.boolean(),
).map(([rows, end, last]) => rows.map((row) => row.join(",")).join(end) + (last ? end : ""));
const options: fc.Arbitrary<TableOptions> = fc.record({
  rows: fc.nat(6),
  cols: fc.nat(5),
  missing: fc.boolean(),
  per: fc.constant("node"),
}, { requiredKeys: [] });

testReader<[Bytes, TableOptions, size: number]>("readTable()", {
  name: "csv",
  inputs: fc.tuple(
    fc.oneof(
      damaged(texts.map(bytesOf)),
      texts.map(bytesOf),
      fc.uint8Array().map((b) => joined(b)),
    ),
    fc.oneof(fc.constant({}), options),
    fc.constantFrom<number>(1, 7, 1000),
  ),
  async read([bytes, options, size]) {
    const cells: number[] = [];
    let rows: number;
    try {
      rows = await readTable(blocks(bytes, size), options, (row) => void cells.push(...row));
    } catch (error) {
      if (!(error instanceof TableError)) throw error;
      // A clause, which the archive's name precedes.
      throw new SyntaxError(`Cannot read a.csv as ${error.message}`);
    }
    assertEquals(rows, options.rows ?? rows);
    assert(cells.length % Math.max(1, rows) === 0, "each row has as many columns");
    for (const cell of cells) {
      assert(
        options.missing && Number.isNaN(cell) || Number.isFinite(Math.fround(cell)),
        `${cell}`,
      );
    }
  },
  multiple: 1000, // blocks of one byte are joined to lines again and again
  bytesOf: ([bytes]) => bytes.length,
  ofFile: (bytes) => [bytes, {}, 1000],
});

Deno.test("readTable() reads any number of a float32's range as JavaScript does, to the bit", () =>
  holds(fc.array(fc.oneof(numeral, digits), { minLength: 1, maxLength: 20 }), async (numerals) => {
    const fits = numerals.filter((text) =>
      !/e[+-]?$|^\.e|Inf|NaN/.test(text) && Number.isFinite(Math.fround(Number(text)))
    );
    const found: number[] = [];
    await readTable(blocks(bytesOf(fits.join("\n")), 3), {}, ([value]) => found.push(value!));
    assertEquals(
      found.map((value) => Object.is(value, -0) ? "-0" : value),
      fits.map((text) => Object.is(Number(text), -0) ? "-0" : Number(text)),
    );
  }));
