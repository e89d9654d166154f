import { combine } from "../../kernels/combine.ts";
import { assertThrows } from "../assert.ts";
import { combine as reference } from "../reference/combine.ts";
import { dense, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { assertClose, gpu, rounded, upload } from "./device.ts";

/** Nothing, padded and whole vec4, several workgroups, folded ones, past 65,535 rows. */
const SHAPES = [[0, 3], [1, 1], [3, 5], [67, 4], [257, 12], [1009, 40], [66_001, 3]] as const;
/** Coefficients that stand before those of this combination. */
const AT = 3;

for (const [rows, cols] of SHAPES) {
  Deno.test(`combine() equals float64, tensors of ${rows} × ${cols}`, async () => {
    for (const count of rows > 1000 ? [8] : [1, 2, 3, 4, 5, 6, 7, 13]) {
      const tensors = Array.from({ length: count }, (_, k) => rounded(random(rows, cols, k)));
      const old = rounded(random(rows, cols, 99));
      const c = rounded(random(1, AT + 1 + count, 7));
      const y = upload(old);
      combine(y, tensors.map(upload), upload(c), AT);
      const expected = reference(old, tensors, c.data.slice(AT));
      await assertClose(y, expected, KERNEL, `${count} tensors`);
    }
  });
}

Deno.test("combine() overwrites y where its coefficient is 0, whatever it held", async () => {
  const tensors = [1, 2, 3, 4, 5, 6, 7].map((seed) => rounded(random(67, 5, seed)));
  const c = rounded({ rows: 1, cols: 8, data: Float64Array.of(0, 1, -1, 2, 0.5, 3, 0, 4) });
  const y = gpu.empty(67, 5);
  combine(y, tensors.map(upload), upload(c), 0);
  await assertClose(y, reference(dense(67, 5), tensors, c.data), KERNEL, "y");
});

Deno.test("combine() refuses other shapes and missing coefficients", () => {
  const [y, x, c] = [upload(dense(3, 5)), upload(dense(5, 3)), upload(dense(1, 4))];
  const shapes = "Cannot combine tensors of different shapes: y is 3 × 5, another 5 × 3";
  assertThrows(() => combine(y, [x], c, 0), RangeError, shapes);
  const counts = "Cannot combine 2 tensors with 2 coefficients: expected a tensor or more";
  assertThrows(
    () => combine(y, [upload(dense(3, 5)), upload(dense(3, 5))], c, 2),
    RangeError,
    counts,
  );
  assertThrows(() => combine(y, [], c, 0), RangeError, "Cannot combine 0 tensors");
});
