import { type Bits, dequantise, quantise, quantisedBytes } from "../../kernels/quantise.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { type Dense, random, row } from "../reference/matrix.ts";
import { quantised, rangeOf } from "../reference/quantise.ts";
import { KERNEL, ROUNDING_MARGIN } from "../tolerances.ts";
import { gpu, read, rounded, upload } from "./device.ts";

const KEY = 0xffff_fff0;
const keys = gpu.upload({ data: Uint32Array.of(KEY, 1, 2, 3), rows: 1, cols: 4 });

async function kept(x: Dense, bits: Bits, tensor: number): Promise<Float32Array> {
  using packed = quantise(upload(x), bits, { keys, tensor });
  assertEquals(packed.bytes, quantisedBytes(x.rows, x.cols, bits));
  using y = dequantise(packed, x.cols, bits);
  // Whole rows, padding included, which is zero.
  const values = await read(y.window(0, y.rows, y.stride));
  const rows = Array.from({ length: x.rows }, (_, i) => values.subarray(i * y.stride));
  for (const of of rows) assert(of.subarray(x.cols, y.stride).every((value) => value === 0));
  return Float32Array.from(rows.flatMap((of) => Array.from(of.subarray(0, x.cols))));
}

for (
  const [rows, widths] of [
    [0, [5]],
    [1, [1, 5, 16]],
    [67, [1, 3, 4, 13, 16, 17, 31, 32, 33, 64, 80]],
    [66_001, [3]],
  ] as const
) {
  Deno.test(`quantise() rounds as its reference, ${rows} rows`, async () => {
    for (const cols of widths) {
      for (const bits of [8, 2] as const) {
        for (const tensor of [0, 77]) {
          const x = rounded(random(rows, cols, 1));
          const { y, margins } = quantised(x, bits, KEY, tensor);
          const actual = await kept(x, bits, tensor);
          let near = 0;
          for (let at = 0; at < actual.length; at++) {
            // Floats may round a value the other way only where it was nearly one step or the other.
            const { step } = rangeOf(row(x, Math.floor(at / cols)), bits);
            const off = Math.abs(actual[at]! - y.data[at]!);
            const isNear = margins[at]! <= ROUNDING_MARGIN;
            if (isNear) near++;
            const allowed = (isNear ? step : 0) + KERNEL;
            assert(off <= allowed, `${rows} × ${cols}, ${bits} bits: ${off} at ${at}`);
          }
          assert(near <= 4 + actual.length / 50, `${near} of ${actual.length} prove nothing`);
        }
      }
      gpu.trim();
    }
  });
}

Deno.test("quantise() has the mean of what it keeps, over the tensors of a step", async () => {
  const x = rounded(random(31, 16, 5));
  for (const bits of [8, 2] as const) {
    const times = 400;
    const sum = new Float64Array(x.data.length);
    for (let tensor = 0; tensor < times; tensor++) {
      (await kept(x, bits, tensor)).forEach((value, at) => sum[at]! += value / times);
    }
    for (const [at, mean] of sum.entries()) {
      // Five deviations of a mean of draws that are at most half a step wide.
      const allowed = 5 * 0.5 * rangeOf(row(x, Math.floor(at / 16)), bits).step / Math.sqrt(times);
      const off = Math.abs(mean - x.data[at]!);
      assert(off <= allowed + KERNEL, `${bits} bits: ${off} at ${at}, allowed ${allowed}`);
    }
  }
});

Deno.test("quantise() keeps the ends of a row, and equal values, as they are", async () => {
  const values = [-3, 7, -3, 7, 2.5, 2.5, 2.5, 2.5, 0, 0, 0, 0];
  const x: Dense = { rows: 3, cols: 4, data: Float64Array.from(values) };
  for (const bits of [8, 2] as const) assertEquals(Array.from(await kept(x, bits, 3)), values);
});

Deno.test("dequantise() refuses another width", () => {
  const packed = quantise(upload(random(5, 16, 1)), 8, { keys, tensor: 0 });
  assertThrows(
    () => dequantise(packed, 17, 8),
    RangeError,
    "Cannot unpack 17 columns of 8 bits: a packed row has 6 words, expected 7",
  );
});
