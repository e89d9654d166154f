import { dots, dotsCols } from "../../kernels/dots.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { type Dense, dense, dot, random } from "../reference/matrix.ts";
import { dots as reference } from "../reference/dots.ts";
import { KERNEL } from "../tolerances.ts";
import { gpu, read, rounded, upload } from "./device.ts";

/** Nothing, padded and whole vec4, several workgroups, past all 4,096 invocations, past 65,535 rows. */
const SHAPES = [[0, 3], [1, 1], [3, 5], [67, 4], [257, 12], [1009, 40], [66_001, 3]] as const;

for (const [rows, cols] of SHAPES) {
  Deno.test(`dots() equals float64, tensors of ${rows} × ${cols}`, async () => {
    const [a, b] = [matrix(rows, cols, 1), matrix(rows, cols, 2)];
    // Within the first launch of four tensors, filling it, and further ones.
    for (const count of rows > 1000 ? [7] : [0, 1, 3, 4, 5, 8, 10]) {
      const tensors = Array.from({ length: count }, (_, k) => matrix(rows, cols, 3 + k));
      const out = gpu.empty(1, dotsCols(count));
      dots(upload(a), upload(b), tensors.map(upload), out);
      assertProducts(await read(out), a, b, tensors);
    }
  });
}

Deno.test("dots() keeps to the beginning of a longer result", async () => {
  const [a, b] = [matrix(67, 5, 1), matrix(67, 5, 2)];
  const out = gpu.empty(1, 12);
  dots(upload(a), upload(b), [upload(a)], out);
  const values = await read(out);
  assertProducts(values, a, b, [a]);
  assert(values.slice(8).every(Number.isNaN));
});

Deno.test("dots() gives the same bits again", async () => {
  const [a, b, x] = [1, 2, 3].map((seed) => upload(matrix(1009, 40, seed)));
  const results = [];
  for (let run = 0; run < 3; run++) {
    const out = gpu.empty(1, 8);
    dots(a!, b!, [x!], out);
    results.push((await read(out)).slice(0, 5));
  }
  assertEquals(results[1], results[0]);
  assertEquals(results[2], results[0]);
});

Deno.test("dots() refuses tensors of another shape", () => {
  const [a, b] = [upload(dense(3, 5)), upload(dense(5, 3))];
  assertThrows(
    () => dots(a, a, [a, b], gpu.empty(1, 8)),
    RangeError,
    "Cannot multiply tensors of different shapes: 5 × 3 with 3 × 5",
  );
});

Deno.test("dots() refuses a result too narrow", () => {
  const a = upload(dense(3, 5));
  assertThrows(
    () => dots(a, a, [a, a, a], gpu.empty(1, 4)),
    RangeError,
    "Cannot multiply a tensor with 3 others: out has 4 columns, expected 8 or more",
  );
});

function matrix(rows: number, cols: number, seed: number): Dense {
  return rounded(random(rows, cols, seed));
}

/** Products may cancel, so that errors are relative to the lengths of the two tensors. */
function assertProducts(
  actual: Float32Array,
  a: Dense,
  b: Dense,
  tensors: readonly Dense[],
): void {
  const expected = reference(a, b, tensors);
  const length = Math.sqrt(expected[0]!);
  const scales = [
    expected[0]!,
    expected[1]!,
    1,
    1,
    ...tensors.map((x) => length * Math.sqrt(dot(x, x))),
  ];
  expected.forEach((value, k) => {
    const error = Math.abs(actual[k]! - value) / Math.max(scales[k]!, 1e-30);
    assert(error <= KERNEL, `product ${k} of ${tensors.length} tensors is off by ${error}`);
  });
}
