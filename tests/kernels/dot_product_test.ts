import { dotProduct } from "../../kernels/dot_product.ts";
import { assertThrows } from "../assert.ts";
import * as reference from "../reference/dot_product.ts";
import { columns } from "../reference/copy_columns.ts";
import { dense, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { assertClose, assertCloseWindow, gpu, rounded, upload, uploadWindow } from "./device.ts";

const SIZES: [rows: number, cols: number][] = [
  [0, 4],
  [1, 1],
  [1, 4],
  [15, 3],
  [67, 5],
  [257, 40],
  [4099, 7],
  [66_001, 3],
];

for (const [rows, cols] of SIZES) {
  Deno.test(`dotProduct() equals the reference and adds to its window, ${rows} × ${cols}`, async () => {
    // Of one sign, so that nothing cancels.
    const [a, b] = [1, 2].map((seed) => {
      const x = random(rows, cols, seed);
      return rounded({ ...x, data: x.data.map(Math.abs) });
    });
    const product = reference.dotProduct(a!, b!);
    const out = uploadWindow(dense(1, 1, 2));
    dotProduct(upload(a!), upload(b!), out);
    await assertCloseWindow(out, dense(1, 1, 2 + product), KERNEL, "out");
    dotProduct(upload(a!), upload(b!), out);
    await assertCloseWindow(out, dense(1, 1, 2 + 2 * product), KERNEL, "out, twice");
  });
}

Deno.test("dotProduct() takes one of several planes", async () => {
  const [rows, cols, planes] = [67, 12, 3];
  const a = rounded(random(rows, cols, 3));
  const b = rounded(random(rows, planes * cols, 4));
  for (let plane = 0; plane < planes; plane++) {
    // Vector v of the plane stands at column 4 (v planes + plane).
    const taken = dense(rows, cols);
    for (let v = 0; v < cols / 4; v++) {
      const part = columns(b, 4 * (v * planes + plane), 4);
      part.data.forEach((value, k) => {
        taken.data[Math.floor(k / 4) * cols + 4 * v + k % 4] = value;
      });
    }
    const out = gpu.upload({ data: Float32Array.of(0), rows: 1, cols: 1 });
    dotProduct(upload(a), upload(b), out, { planes, plane });
    await assertClose(out, dense(1, 1, reference.dotProduct(a, taken)), KERNEL, `plane ${plane}`);
  }
});

Deno.test("dotProduct() refuses matrices of unequal shapes", () => {
  const out = upload(dense(1, 1));
  assertThrows(
    () => dotProduct(upload(dense(3, 8)), upload(dense(4, 8)), out),
    RangeError,
    "Cannot multiply 3 × 8 and 4 × 8 element by element: the second must be 3 × 8",
  );
  assertThrows(
    () => dotProduct(upload(dense(3, 5)), upload(dense(3, 8)), out, { planes: 2, plane: 0 }),
    RangeError,
    "Cannot multiply 3 × 5 and 3 × 8 element by element: the second must be 3 × 16",
  );
});
