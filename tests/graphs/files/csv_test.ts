import { readTable, TableError, type TableOptions } from "../../../graphs/files/csv.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

/** The text in chunks of so many bytes. */
async function* chunks(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  for (let at = 0; at < bytes.length; at += size) yield await bytes.subarray(at, at + size);
}

async function table(text: string, options: TableOptions = {}, size = 1000): Promise<number[][]> {
  const rows: number[][] = [];
  const count = await readTable(chunks(text, size), options, (values, row) => {
    assertEquals(row, rows.length);
    rows.push([...values]);
  });
  assertEquals(count, rows.length);
  return rows;
}

Deno.test("readTable() reads rows wherever its chunks end", async () => {
  const text = "1,-2,3.25\n40,0.5,6e1\n-0.0,+8,.25\n1.,1E-2,2e+3";
  const rows = [[1, -2, 3.25], [40, 0.5, 60], [-0, 8, 0.25], [1, 0.01, 2000]];
  for (let size = 1; size < 50; size++) {
    assertEquals(await table(text, {}, size), rows);
    assertEquals(await table(`${text}\n`, {}, size), rows);
    assertEquals(await table(text.replaceAll("\n", "\r\n"), {}, size), rows);
  }
  assertEquals(await table(""), []);
});

Deno.test("readTable() reads numbers that rounding is hard for as JavaScript does", async () => {
  const texts = ["9007199254740993", "9007199254740992.5", "0.1", "1e22", "1e23", "123456789e-30"];
  texts.push("179769313486231570000e-200", "0.000000000000000000000000000001", "3.4028235e38");
  const rows = await table(texts.join("\n"), { cols: 1 }, 97);
  for (const [k, [value]] of rows.entries()) assert(Object.is(value, Number(texts[k])), texts[k]);
});

Deno.test("readTable() reads nan only where a value may be missing", async () => {
  assertEquals(await table("nan,1\n0,NaN", { missing: true }), [[NaN, 1], [0, NaN]]);
  await assertRejects(() => table("0,1\nnan,1"), TableError, 'line 2 has "nan" in column 1');
});

const WRONG: [text: string, options: TableOptions, words: string][] = [
  ["1,2\n3,4,5\n", {}, "line 2 has 3 columns: expected 2"],
  ["1,2\n3\n", {}, "line 2 has 1 column: expected 2"],
  ["1,2\n3,4,\n", {}, "line 2 has 3 columns: expected 2"],
  ["1,2\n\n3,4", {}, "line 2 has 0 columns: expected 2"],
  ["\n", { cols: 1 }, "line 1 has nothing in column 1: expected a number"],
  ["1,2\n3,x4\n", {}, 'line 2 has "x4" in column 2: expected a number'],
  ["1,2\n3,4x\n5,6", {}, 'line 2 has "4x" in column 2: expected a number'],
  ["1,2\n,4\n", {}, "line 2 has nothing in column 1"],
  ["node id\n", {}, 'line 1 has "node id" in column 1'],
  ["1 ,2\n", {}, 'line 1 has "1 " in column 1'],
  ["1e,2\n", {}, 'line 1 has "1e" in column 1'],
  ["-\n", {}, 'line 1 has "-" in column 1'],
  ["1e39\n", {}, 'line 1 has "1e39" in column 1'],
  ["1e999\n", {}, 'line 1 has "1e999" in column 1'],
  ["inf\n", { missing: true }, 'line 1 has "inf" in column 1: expected a number or nan'],
  ["nano\n", { missing: true }, 'line 1 has "nano" in column 1'],
  ["1\r2\n", {}, 'line 1 has "1\\r2" in column 1'],
  ["1\n2\n", { rows: 3, per: "node" }, "it ends after line 2: expected 3 lines, one per node"],
  ["1\n2\n3\n", { rows: 2 }, "line 3 is one too many: expected 2 lines"],
  ["1".repeat(2 ** 21), {}, "it breaks off after line 0: the next has more than 1048576 bytes"],
  ["1,".repeat(65_536) + "1\n", {}, "line 1 has 65537 columns: expected at most 65536"],
];

for (const [text, options, words] of WRONG) {
  Deno.test(`readTable() refuses ${JSON.stringify(text.slice(0, 20))}, ${words.slice(0, 40)}`, async () => {
    for (const size of [1000, 2 ** 20]) {
      const error = await assertRejects(() => table(text, options, size), TableError, words);
      assert(!error.message.includes("\n"));
    }
  });
}

Deno.test("readTable() says after which line a stream breaks off", async () => {
  const broken = async function* () {
    yield* chunks("1\n2\n3", 2);
    throw new Error("unexpected end of file");
  };
  await assertRejects(
    () => readTable(broken(), {}, () => {}),
    TableError,
    "it breaks off after line 2: unexpected end of file",
  );
});
