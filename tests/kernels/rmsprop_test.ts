import { rmsprop, type RmspropState, rmspropStep } from "../../kernels/rmsprop.ts";
import { sumOfSquares } from "../../kernels/sum.ts";
import { assertEquals } from "../assert.ts";
import { clipFactor } from "../reference/adam.ts";
import { dense, random } from "../reference/matrix.ts";
import * as reference from "../reference/rmsprop.ts";
import { KERNEL } from "../tolerances.ts";
import { assertCloseWindow, gpu, read, rounded, uploadWindow } from "./device.ts";

/** One number, padded and whole vec4, more than a workgroup's 256, and past 65,535. */
const COUNTS = [0, 1, 3, 4, 5, 67, 257, 66_001];

const CLIPPING: [what: string, largestNorm: (count: number) => number][] = [
  ["clipped", (count) => 0.01 * Math.sqrt(count)],
  ["not clipped", (count) => 10 * Math.sqrt(count + 1)],
  ["not clipped at any norm", () => Infinity],
];

for (const count of COUNTS) {
  for (const [what, largestNorm] of CLIPPING) {
    Deno.test(`rmsprop() equals its reference for four steps, ${count} weights, ${what}`, async () => {
      await compare(count, largestNorm(count));
    });
  }
}

Deno.test("rmsprop() leaves weights without gradient where they are", async () => {
  const weight = rounded(random(1, 5, 1));
  const zero = () => uploadWindow(dense(1, 5));
  const state = { weight: uploadWindow(weight), gradient: zero(), square: zero() };
  rmsprop(state, stepOf(0.1, Infinity), squaredNormOf(state));
  await assertCloseWindow(state.weight, weight, 0, "weight");
});

Deno.test("rmsprop() does not touch the gradient", async () => {
  const gradient = rounded(random(1, 67, 2));
  const other = () => uploadWindow(dense(1, 67, 0.5));
  const device = uploadWindow(gradient);
  const state = { weight: other(), gradient: device, square: other() };
  rmsprop(state, stepOf(0.1, 1), squaredNormOf(state));
  assertEquals(await read(device), Float32Array.from(gradient.data));
});

/** Four steps with new gradients and learning rates, then weights and squares. */
async function compare(count: number, largestNorm: number): Promise<void> {
  const weight = rounded(random(1, count, 1));
  const expected = { weights: weight.data.slice(), square: new Float64Array(count) };
  const state = {
    weight: uploadWindow(weight),
    gradient: uploadWindow(dense(1, count)),
    square: uploadWindow(dense(1, count)),
  };
  for (let step = 1; step <= 4; step++) {
    const gradient = rounded(random(1, count, 10 + step)).data;
    const learningRate = 0.1 / step;
    gpu.write(state.gradient, Float32Array.from(gradient));
    rmsprop(state, stepOf(learningRate, largestNorm), squaredNormOf(state));
    const factor = clipFactor([gradient], largestNorm);
    reference.rmspropStep(expected, gradient.map((value) => factor * value), { learningRate });
  }
  const line = (data: Float64Array) => ({ rows: 1, cols: count, data });
  await assertCloseWindow(state.weight, line(expected.weights), KERNEL, "weight");
  await assertCloseWindow(state.square, line(expected.square), KERNEL, "square");
}

function stepOf(learningRate: number, largestNorm: number) {
  return gpu.upload({ data: rmspropStep(learningRate, largestNorm), rows: 1, cols: 2 });
}

function squaredNormOf({ gradient }: RmspropState) {
  const out = gpu.empty(1, 1);
  sumOfSquares([gradient], out);
  return out;
}
