import { adam, type AdamState, adamStep } from "../../kernels/adam.ts";
import { sumOfSquares } from "../../kernels/sum.ts";
import { assertEquals } from "../assert.ts";
import * as reference from "../reference/adam.ts";
import { dense, random } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { assertCloseWindow, gpu, read, rounded, uploadWindow } from "./device.ts";

/** One number, padded and whole vec4, more than a workgroup's 256, and past 65,535. */
const COUNTS = [0, 1, 3, 4, 5, 67, 257, 66_001];

const CLIPPING: [what: string, largestNorm: (count: number) => number][] = [
  ["clipped", (count) => 0.01 * Math.sqrt(count)],
  ["not clipped", (count) => 10 * Math.sqrt(count + 1)],
];

for (const count of COUNTS) {
  for (const [what, largestNorm] of CLIPPING) {
    Deno.test(`adam() equals its reference for four steps, ${count} weights, ${what}`, async () => {
      await compare(count, largestNorm(count));
    });
  }
}

Deno.test("adam() leaves weights without gradient where they are", async () => {
  const weight = rounded(random(1, 5, 1));
  const zero = () => uploadWindow(dense(1, 5));
  const state = { weight: uploadWindow(weight), gradient: zero(), first: zero(), second: zero() };
  adam(state, stepOf(1, 0.1, 1), squaredNormOf(state));
  await assertCloseWindow(state.weight, weight, 0, "weight");
});

Deno.test("adam() does not touch the gradient", async () => {
  const gradient = rounded(random(1, 67, 2));
  const other = () => uploadWindow(dense(1, 67, 0.5));
  const device = uploadWindow(gradient);
  const state = { weight: other(), gradient: device, first: other(), second: other() };
  adam(state, stepOf(1, 0.1, 1), squaredNormOf(state));
  assertEquals(await read(device), Float32Array.from(gradient.data));
});

/** Four steps with new gradients and learning rates, then weights and both moments. */
async function compare(count: number, largestNorm: number): Promise<void> {
  const weight = rounded(random(1, count, 1));
  const expected = {
    weights: weight.data.slice(),
    m: new Float64Array(count),
    v: new Float64Array(count),
  };
  const state = {
    weight: uploadWindow(weight),
    gradient: uploadWindow(dense(1, count)),
    first: uploadWindow(dense(1, count)),
    second: uploadWindow(dense(1, count)),
  };
  for (let step = 1; step <= 4; step++) {
    const gradient = rounded(random(1, count, 10 + step)).data;
    const learningRate = 0.1 / step;
    gpu.write(state.gradient, Float32Array.from(gradient));
    adam(state, stepOf(step, learningRate, largestNorm), squaredNormOf(state));
    const factor = reference.clipFactor([gradient], largestNorm);
    const clipped = gradient.map((value) => factor * value);
    reference.adamStep(expected, clipped, { learningRate, step });
  }
  const line = (data: Float64Array) => ({ rows: 1, cols: count, data });
  await assertCloseWindow(state.weight, line(expected.weights), KERNEL, "weight");
  await assertCloseWindow(state.first, line(expected.m), KERNEL, "first moment");
  await assertCloseWindow(state.second, line(expected.v), KERNEL, "second moment");
}

function stepOf(step: number, learningRate: number, largestNorm: number) {
  return gpu.upload({ data: adamStep(step, learningRate, largestNorm), rows: 1, cols: 4 });
}

function squaredNormOf({ gradient }: AdamState) {
  const out = gpu.empty(1, 1);
  sumOfSquares([gradient], out);
  return out;
}
