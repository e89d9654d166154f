import type { Tensor } from "../../gpu/tensor.ts";
import { splitColumns } from "../../kernels/copy_columns.ts";
import { halfStep, halfStepBack, lostWords } from "../../kernels/half_step.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { stepsOf } from "../reference/fixed_point.ts";
import { halfStep as reference } from "../reference/half_step.ts";
import { type Dense, random } from "../reference/matrix.ts";
import { gpu, read, rounded, upload } from "./device.ts";

const fixed = (x: Dense): Tensor => splitColumns(upload(x), 1, "fixed")[0]!;

async function stepsIn(x: Tensor): Promise<Int32Array> {
  return new Int32Array((await read(x)).buffer);
}

/** [times, 64 words or a multiple]: bits of half-steps, each where a window may begin. */
function bitsOf(state: Tensor, times: number): Tensor[] {
  const cols = 64 * Math.max(1, Math.ceil(lostWords(state) / 64));
  const all = gpu.empty(times, cols);
  return Array.from({ length: times }, (_, k) => all.window(4 * cols * k, 1, cols));
}

for (
  const [rows, widths] of [[0, [5]], [1, [1, 5]], [67, [1, 3, 4, 5, 12]], [257, [7, 32]], [66_001, [
    3,
  ]]] as const
) {
  Deno.test(`halfStep() halves as its reference, and back to the bit, ${rows} rows`, async () => {
    for (const cols of widths) {
      const state = fixed(random(rows, cols, 1));
      const fs = [2, 3, 4].map((seed) => rounded(random(rows, cols, seed)));
      const bits = bitsOf(state, 3);
      let expected = Array.from(await stepsIn(state));
      const course = [expected];
      for (const [k, f] of fs.entries()) {
        halfStep(state, upload(f), bits[k]!);
        expected = expected.map((before, at) => reference(before, f.data[at]!).after);
        assertEquals(Array.from(await stepsIn(state)), expected, `${rows} × ${cols}, step ${k}`);
        course.push(expected);
      }
      for (const k of [2, 1, 0]) {
        halfStepBack(state, upload(fs[k]!), bits[k]!);
        assertEquals(Array.from(await stepsIn(state)), course[k], `${rows} × ${cols}, back ${k}`);
      }
      gpu.trim();
    }
  });
}

Deno.test("halfStep() loses the last bit of a sum, of negative ones too", async () => {
  const column = (values: number[]): Dense => ({
    rows: values.length,
    cols: 1,
    data: Float64Array.from(values, (steps) => steps * 2 ** -17),
  });
  const [before, f] = [[3, 3, -3, -3, 0, -1, 1, -4], [2, 3, 2, 3, -1, -2, -1, -4]];
  const state = fixed(column(before));
  const [bits] = bitsOf(state, 1) as [Tensor];
  halfStep(state, upload(column(f)), bits);
  assertEquals(Array.from(await stepsIn(state)), [2, 3, -1, 0, -1, -2, 0, -4]);
  const word = new Uint32Array((await read(bits)).buffer)[0]!;
  // A row is padded to four numbers: one bit in four.
  const lost = before.map((_, row) => word >>> (4 * row) & 1);
  assertEquals(lost, before.map((value, row) => reference(value, f[row]! * 2 ** -17).bit));
  assert(lost.includes(0) && lost.includes(1));
});

Deno.test("halfStep() to what is out of range, or no number, leaves the range for good", async () => {
  const values = [0, 8191, 8192, -8192, NaN, Infinity, -Infinity, 3e38, -8191];
  const f: Dense = { rows: values.length, cols: 1, data: Float64Array.from(values) };
  const state = fixed({ ...f, data: new Float64Array(values.length) });
  const bits = bitsOf(state, 2);
  const expected = values.map((value) => reference(0, Math.fround(value)).after);
  halfStep(state, upload(f), bits[0]!);
  assertEquals(Array.from(await stepsIn(state)), expected);
  const zero = upload({ ...f, data: new Float64Array(values.length) });
  halfStep(state, zero, bits[1]!);
  const later = expected.map((before) => reference(before, 0).after);
  assertEquals(Array.from(await stepsIn(state)), later);
  halfStepBack(state, zero, bits[1]!);
  assertEquals(Array.from(await stepsIn(state)), expected);
  halfStepBack(state, upload(f), bits[0]!);
  const end = stepsOf(NaN);
  assertEquals(Array.from(await stepsIn(state)), expected.map((step) => step === end ? end : 0));
});

Deno.test("halfStep() refuses another shape and too few bits", () => {
  const state = fixed(random(67, 5, 1));
  const [bits] = bitsOf(state, 1) as [Tensor];
  assertThrows(
    () => halfStep(state, upload(random(67, 4, 1)), bits),
    RangeError,
    "Cannot go half a step from 67 × 5 to 67 × 4 with 64 words of bits: the shapes must be equal, and the words at least 17",
  );
  assertThrows(() => halfStep(state, upload(random(67, 5, 1)), bits.window(0, 1, 16)), RangeError);
});
