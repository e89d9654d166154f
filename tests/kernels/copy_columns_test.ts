import { openGpu } from "../../gpu/gpu.ts";
import { addTo, copy, joinColumns, splitColumns, takeColumns } from "../../kernels/copy_columns.ts";
import { assert, assertEquals } from "../assert.ts";
import { columns, concatColumns } from "../reference/copy_columns.ts";
import { add, dense, random } from "../reference/matrix.ts";
import { assertClose, rounded, upload } from "./device.ts";

const ROWS = [0, 1, 67, 257, 66_001];
const COLUMNS = [1, 3, 4, 5, 7, 8, 12, 40];

for (const rows of ROWS) {
  const widths = rows < 1000 ? COLUMNS : [3, 4];

  Deno.test(`copy() repeats every value, ${rows} rows`, async () => {
    for (const cols of widths) {
      const x = rounded(random(rows, cols, 1));
      await assertClose(copy(upload(x)), x, 0, `${rows} × ${cols}`);
    }
  });

  Deno.test(`addTo() adds in float32, ${rows} rows`, async () => {
    for (const cols of widths) {
      const [x, start] = [rounded(random(rows, cols, 1)), rounded(random(rows, cols, 2))];
      const y = upload(start);
      addTo(y, upload(x));
      await assertClose(y, rounded(add(start, x)), 0, `${rows} × ${cols}`);
    }
  });

  Deno.test(`joinColumns() puts matrices side by side, ${rows} rows`, async () => {
    for (const widths of [[3, 5], [4, 8], [8, 4, 3], [4, 3, 8], [1, 1, 1, 1, 1]]) {
      const parts = widths.map((cols, seed) => rounded(random(rows, cols, seed)));
      const joined = joinColumns(parts.map(upload));
      await assertClose(joined, concatColumns(parts), 0, `${rows} × ${widths}`);
    }
  });

  Deno.test(`splitColumns() takes equal groups apart, ${rows} rows`, async () => {
    for (const [cols, count] of [[3, 3], [8, 2], [10, 2], [12, 4], [14, 2]] as const) {
      const x = rounded(random(rows, cols, 1));
      const parts = splitColumns(upload(x), count);
      assertEquals(parts.length, count);
      for (const [i, part] of parts.entries()) {
        const expected = columns(x, i * cols / count, cols / count);
        await assertClose(part, expected, 0, `part ${i} of ${rows} × ${cols}`);
      }
    }
  });

  Deno.test(`takeColumns() copies columns from the first on, ${rows} rows`, async () => {
    for (
      const [cols, first, count] of [[5, 0, 3], [12, 4, 8], [12, 4, 5], [13, 8, 4], [13, 5, 4], [
        7,
        6,
        1,
      ]]
    ) {
      const x = rounded(random(rows, cols!, 1));
      const taken = takeColumns(upload(x), first!, count!);
      await assertClose(
        taken,
        columns(x, first!, count!),
        0,
        `${first} + ${count} of ${cols}`,
      );
    }
  });
}

Deno.test("joinColumns() puts together again what splitColumns() took apart", async () => {
  const x = rounded(random(67, 15, 1));
  await assertClose(joinColumns(splitColumns(upload(x), 5)), x, 0, "x");
});

Deno.test("joinColumns() skips a matrix without columns", async () => {
  const x = rounded(random(67, 5, 1));
  await assertClose(joinColumns([upload(x), upload(dense(67, 0))]), x, 0, "x first");
  await assertClose(joinColumns([upload(dense(67, 0)), upload(x)]), x, 0, "x last");
});

Deno.test("copy() goes past 65,535 workgroups", async () => {
  using gpu = await openGpu();
  const [rows, cols] = [Math.ceil(65_536 * 64 / 3), 3];
  const x = Float32Array.from({ length: rows * cols }, (_, k) => k % 8191);
  using copied = copy(gpu.upload({ data: x, rows, cols }));
  const [values] = await gpu.read(copied);
  assert(values!.every((value, k) => value === x[k]));
});
