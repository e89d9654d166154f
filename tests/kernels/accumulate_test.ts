import { accumulate, takeMean } from "../../kernels/accumulate.ts";
import { assertEquals, assertThrows } from "../assert.ts";
import { accumulate as reference } from "../reference/accumulate.ts";
import { dense, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { assertCloseWindow, gpu, read, rounded, upload, uploadWindow } from "./device.ts";

/** One number, padded and whole vec4, more than a workgroup's 256, and past 65,535. */
const COUNTS = [0, 1, 3, 4, 5, 67, 257, 66_001];
const BITS = new Uint32Array(1);
const VALUE = new Float32Array(BITS.buffer);

/** Bits, so that -0 is not 0. */
const bitsOf = (values: ArrayLike<number>) =>
  Array.from(values, (value) => {
    VALUE[0] = value;
    return BITS[0];
  });

for (const count of COUNTS) {
  Deno.test(`accumulate() adds up to the bits of its reference, ${count} values`, async () => {
    const vectors = [1, 2, 3].map((seed) => rounded(random(1, count, seed)));
    const y = uploadWindow(dense(1, count));
    for (const x of vectors) accumulate(y, uploadWindow(x));
    const expected = vectors.reduce(
      (sum, { data }) => sum.map((value, at) => reference(value, data[at]!)),
      new Float64Array(count),
    );
    assertEquals(bitsOf(await read(y)), bitsOf(expected));
    await assertCloseWindow(y, { rows: 1, cols: count, data: expected }, 0, "sum");
  });

  Deno.test(`takeMean() divides a sum, ${count} values`, async () => {
    const x = rounded(random(1, count, 4));
    const y = uploadWindow(random(1, count, 5));
    takeMean(y, uploadWindow(x), 3);
    await assertCloseWindow(y, { ...x, data: x.data.map((value) => value / 3) }, KERNEL, "mean");
  });
}

Deno.test("accumulate() takes what is below the normal range for 0, and -0 too", async () => {
  const [least, tiny] = [2 ** -126, 2 ** -140];
  const xs = [
    tiny,
    -tiny,
    -0,
    least,
    1.5 * least,
    -1.5 * least,
    least,
    tiny,
    Infinity,
    1,
    2 ** -149,
  ];
  const ys = [tiny, 0, -0, 0, -least, least, -least, least, 1, -1, 0];
  const y = upload({ rows: 1, cols: ys.length, data: Float64Array.from(ys) });
  accumulate(y, upload({ rows: 1, cols: xs.length, data: Float64Array.from(xs) }));
  const expected = ys.map((value, at) => reference(value, xs[at]!));
  assertEquals(bitsOf(await read(y)), bitsOf(expected));
  assertEquals(expected, [0, 0, 0, least, 0, 0, 0, least, Infinity, 0, 0]);
});

Deno.test("accumulate() keeps NaN", async () => {
  const y = upload(dense(1, 3));
  accumulate(y, upload({ rows: 1, cols: 3, data: Float64Array.of(1, NaN, Infinity) }));
  accumulate(y, upload({ rows: 1, cols: 3, data: Float64Array.of(1, 1, -Infinity) }));
  assertEquals(Array.from(await read(y)), [2, NaN, NaN]);
});

Deno.test("accumulate() and takeMean() refuse vectors of other lengths", () => {
  const [x, y] = [gpu.empty(1, 4), gpu.empty(1, 5)];
  for (const act of [() => accumulate(y, x), () => takeMean(y, x, 2)]) {
    assertThrows(
      act,
      RangeError,
      "Cannot add 1 × 4 to 1 × 5: expected row vectors of one length",
    );
  }
});
