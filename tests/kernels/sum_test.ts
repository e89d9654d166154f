import type { Tensor } from "../../gpu/tensor.ts";
import { sum, sumOfSquares } from "../../kernels/sum.ts";
import { assert, assertEquals } from "../assert.ts";
import { type Dense, random } from "../reference/matrix.ts";
import * as reference from "../reference/sum.ts";
import { KERNEL } from "../tolerances.ts";
import { gpu, read, rounded, upload, uploadWindow } from "./device.ts";

/** Fewer than a workgroup's 64 lanes, more, and past both 4,096 invocations and 65,535. */
const COUNTS = [0, 1, 3, 63, 64, 65, 257, 66_001];

for (const count of COUNTS) {
  Deno.test(`sum() equals float64, ${count} values`, async () => {
    const values = rounded(positive(count, 1));
    const out = gpu.empty(1, 1);
    sum(upload(values), out);
    await assertScalar(out, reference.sum(values.data));
  });

  Deno.test(`sumOfSquares() equals float64, ${count} values`, async () => {
    const values = rounded(random(1, count, 2));
    const out = gpu.empty(1, 1);
    sumOfSquares([uploadWindow(values)], out);
    await assertScalar(out, reference.sumOfSquares(values.data));
  });
}

Deno.test("sumOfSquares() adds up windows of several lengths", async () => {
  const vectors = [5, 66_001, 0, 4096, 257].map((count, seed) => rounded(random(1, count, seed)));
  const out = gpu.empty(1, 1);
  sumOfSquares(vectors.map(uploadWindow), out);
  const squares = vectors.map(({ data }) => reference.sumOfSquares(data));
  await assertScalar(out, squares.reduce((sum, square) => sum + square));
});

Deno.test("sumOfSquares() takes windows of one buffer", async () => {
  const values = rounded(random(1, 1000, 3));
  const buffer = upload(values);
  const out = gpu.empty(1, 1);
  sumOfSquares([buffer.window(0, 1, 512), buffer.window(2048, 1, 488)], out);
  await assertScalar(out, reference.sumOfSquares(values.data));
});

Deno.test("sumOfSquares() gives the same bits again", async () => {
  const values = uploadWindow(random(1, 66_001, 4));
  const results = [];
  for (let run = 0; run < 3; run++) {
    using out = gpu.empty(1, 1);
    sumOfSquares([values], out);
    results.push((await read(out))[0]);
  }
  assertEquals(new Set(results).size, 1);
});

/** A row of numbers in [0, 1): their sum has no cancellation to hide in. */
function positive(count: number, seed: number): Dense {
  const x = random(1, count, seed);
  return { ...x, data: x.data.map(Math.abs) };
}

async function assertScalar(out: Tensor, expected: number): Promise<void> {
  const [actual] = await read(out);
  const error = Math.abs(actual! - expected) / Math.max(expected, 1e-30);
  assert(error <= KERNEL, `${actual} is off by ${error} from ${expected}`);
}
