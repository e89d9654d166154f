import { assert, assertEquals } from "../assert.ts";
import { adamStep, clipFactor } from "./adam.ts";
import { largestError, random } from "./matrix.ts";

/** What torch 1.13 makes of the three steps below in float64. */
const TORCH = [0.47478938690441336, -0.9396926839946996, 2.0001185124913485];

Deno.test("adamStep() first moves every weight by the learning rate against its gradient", () => {
  const state = zeros(3);
  adamStep(state, Float64Array.of(1e-3, -20, 0), { learningRate: 0.1, step: 1 });
  assert(largestError(state.weights, [-0.1, 0.1, 0]) <= 1e-4);
});

Deno.test("adamStep() follows weighted means of all gradients so far", () => {
  const grads = [1, 2, 3, 4].map((seed) => random(1, 5, seed).data);
  const state = zeros(5);
  const expected = new Float64Array(5);
  grads.forEach((grad, last) => {
    adamStep(state, grad, { learningRate: 0.01, step: last + 1 });
    for (let k = 0; k < 5; k++) {
      const mean = weightedMean(grads.slice(0, last + 1).map((g) => g[k]!), 0.9);
      const square = weightedMean(grads.slice(0, last + 1).map((g) => g[k]! ** 2), 0.999);
      expected[k]! -= 0.01 * mean / (Math.sqrt(square) + 1e-8);
    }
  });
  assert(largestError(state.weights, expected) <= 1e-12);
});

Deno.test("adamStep() equals torch.optim.Adam", () => {
  const state = { weights: Float64Array.of(0.5, -1, 2), m: zeros(3).m, v: zeros(3).v };
  const grads = [[0.1, -2, 1e-9], [-0.3, 1, 0], [0.2, 0.5, -1e-8]];
  grads.forEach((grad, k) => {
    const options = { learningRate: 0.05, step: k + 1, beta1: 0.8, beta2: 0.95, epsilon: 1e-6 };
    adamStep(state, Float64Array.from(grad), options);
  });
  assert(largestError(state.weights, TORCH) <= 1e-13);
});

Deno.test("adamStep() of zero gradients leaves the share of weight decay, whatever the moments' scale", () => {
  const state = { ...zeros(2), weights: Float64Array.of(2, -4) };
  for (const step of [1, 2]) {
    adamStep(state, new Float64Array(2), { learningRate: 0.1, step, weightDecay: 0.5 });
  }
  assert(largestError(state.weights, [2 * 0.95 ** 2, -4 * 0.95 ** 2]) <= 1e-15);
});

Deno.test("adamStep() keeps weight decay out of its moments", () => {
  const [plain, decayed] = [0, 0.3].map((weightDecay) => {
    const state = { ...zeros(3), weights: Float64Array.of(0.5, -1, 2) };
    const grads = Float64Array.of(0.1, -2, 0.3);
    adamStep(state, grads, { learningRate: 0.05, step: 1, weightDecay });
    return state;
  });
  assertEquals([decayed!.m, decayed!.v], [plain!.m, plain!.v]);
  const expected = plain!.weights.map((weight, k) => weight - 0.05 * 0.3 * [0.5, -1, 2][k]!);
  assert(largestError(decayed!.weights, expected) <= 1e-15);
});

Deno.test("clipFactor() brings the joint norm down to the bound, never up", () => {
  const grads = [Float64Array.of(3, 0), Float64Array.of(0, -4, 0)];
  assertEquals(clipFactor(grads, 1), 1 / (5 + 1e-6));
  assertEquals(clipFactor(grads, 6), 1);
  assertEquals(clipFactor([new Float64Array(2)], 1), 1);
});

function zeros(length: number) {
  const make = () => new Float64Array(length);
  return { weights: make(), m: make(), v: make() };
}

function weightedMean(values: number[], decay: number): number {
  const weights = values.map((_, k) => decay ** (values.length - 1 - k));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return values.reduce((sum, value, k) => sum + value * weights[k]! / total, 0);
}
