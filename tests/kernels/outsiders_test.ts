import { splitColumns } from "../../kernels/copy_columns.ts";
import { outsiders } from "../../kernels/outsiders.ts";
import { assertEquals } from "../assert.ts";
import { stepsOf } from "../reference/fixed_point.ts";
import { outsiders as expected } from "../reference/outsiders.ts";
import { random } from "../reference/matrix.ts";
import { gpu, read, rounded, upload } from "./device.ts";

async function countOf(count: ReturnType<typeof upload>): Promise<number> {
  return new Uint32Array((await read(count)).buffer)[0]!;
}

for (
  const [rows, widths] of [[0, [5]], [1, [1, 5]], [67, [1, 3, 4, 5, 12]], [257, [7]], [66_001, [
    3,
  ]]] as const
) {
  Deno.test(`outsiders() adds how many values have left the range, ${rows} rows`, async () => {
    for (const cols of widths) {
      // One in three is beyond 8,192.
      const x = random(rows, cols, 1);
      const wide = rounded({ ...x, data: x.data.map((value, k) => value * (k % 3 ? 1 : 1e9)) });
      const outside = expected(Array.from(wide.data, stepsOf));
      const count = upload({ rows: 1, cols: 1, data: new Float64Array(1) });
      for (const times of [1, 2]) {
        outsiders(splitColumns(upload(wide), 1, "fixed")[0]!, count);
        assertEquals(await countOf(count), times * outside, `${rows} × ${cols}`);
      }
      gpu.trim();
    }
  });
}

Deno.test("outsiders() of floats, which have no range, counts nothing", async () => {
  const count = upload({ rows: 1, cols: 1, data: new Float64Array(1) });
  outsiders(upload({ rows: 1, cols: 2, data: Float64Array.of(1e9, NaN) }), count);
  assertEquals(await countOf(count), 0);
});
