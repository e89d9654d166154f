import {
  appendBenchRow,
  benchRowsPath,
  ratesOf,
  readBenchRows,
} from "../../../reports/rows/bench_row.ts";
import { writeBenchPage } from "../../../reports/pages/bench_page.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { BENCH_ROW } from "../fixture_bench.ts";
import { withFolder } from "../../folder.ts";

Deno.test("ratesOf() takes the nearer of two ceilings", () => {
  const { ceilings } = BENCH_ROW; // 2 GB/s from memory, 4 from caches, 100 GFLOP/s
  const timed = { milliseconds: 2, bytes: 4e6, operations: 100e6, launches: 1, invocations: 64 };
  assertEquals(ratesOf(timed, ceilings), {
    ...{ gigabytes: 2, gigaflops: 50 },
    ...{ ofCopy: 0.5, ofMultiplyAdd: 0.5, ofCeiling: 0.5 },
  });
  assertEquals(ratesOf({ ...timed, bytes: 6e6 }, ceilings).ofCeiling, 0.75);
  assertEquals(ratesOf({ ...timed, operations: 180e6 }, ceilings).ofCeiling, 0.9);
});

Deno.test("readBenchRows() reads what appendBenchRow() wrote, and leaves out rows of older forms", async () => {
  await withFolder(async (folder) => {
    assertEquals(await readBenchRows(folder), []);
    await Deno.writeTextFile(benchRowsPath(folder), '{"bench":"revgnn-step","step":1}\n');
    await appendBenchRow(folder, BENCH_ROW);
    assertEquals(await readBenchRows(folder), [BENCH_ROW]);
    await Deno.writeTextFile(benchRowsPath(folder), "{", { append: true });
    await assertRejects(() => readBenchRows(folder), SyntaxError, "bench.jsonl:3: ");
  });
});

Deno.test("writeBenchPage() has all that was timed in its table, and the ceilings", async () => {
  await withFolder(async (folder) => {
    await assertRejects(() => writeBenchPage(folder), Error, "has no row of it");
    await appendBenchRow(folder, BENCH_ROW);
    const html = await Deno.readTextFile(await writeBenchPage(folder));
    const rows = html.matchAll(/<th scope="row"[^>]*>(?:<[^>]*>)*([^<]+)</g);
    const heads = Array.from(rows, ([, name]) => name);
    assertEquals(heads, ["linear", "copy_columns", "gen layer", "training step, 2 layers"]);
    assert(html.includes("2 GB/s, within caches 4"));
  });
});
