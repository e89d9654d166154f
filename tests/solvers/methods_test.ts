/** Each method step by step: its iterates on the device are those of its definition in float64. */
import type { Tensor } from "../../gpu/tensor.ts";
import { anderson, mixingWeights } from "../../solvers/anderson.ts";
import { broyden, nextStep } from "../../solvers/broyden.ts";
import { fixedPoint } from "../../solvers/fixed_point.ts";
import type { Method } from "../../solvers/method.ts";
import { solve } from "../../solvers/solve.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { assertClose, gpu, upload } from "../kernels/device.ts";
import { type Dense, largestError, random } from "../reference/matrix.ts";
import { andersonIterates, broydenIterates } from "../reference/solvers.ts";
import { FLOAT64, KERNEL } from "../tolerances.ts";
import { type Affine, affine } from "./maps.ts";

const STEPS = 6;

/** Rows are systems of their own under z W + b, but one system to the solver. */
function example(): { map: Affine; z0: Dense } {
  const matrix = random(5, 5, 3);
  return { map: affine({ ...matrix, data: matrix.data.map((v) => v / 2) }), z0: random(7, 5, 4) };
}

Deno.test("fixedPoint() takes the steps of (1 - τ) z + τ f(z)", async () => {
  const { map, z0 } = example();
  for (const damping of [1, 0.5, 1.25]) {
    const expected = [z0];
    for (let step = 0; step < STEPS; step++) {
      const z = expected[step]!;
      const fz = map.reference(z);
      const data = z.data.map((value, k) => (1 - damping) * value + damping * fz.data[k]!);
      expected.push({ ...z, data });
    }
    await assertIterates(map, z0, fixedPoint({ damping }), expected);
  }
});

Deno.test("anderson() takes the steps of its definition, before and after its history is full", async () => {
  const { map, z0 } = example();
  for (const memory of [1, 2, 4, 9]) {
    for (const damping of [1, 0.7]) {
      const options = { memory, ridge: 1e-2, damping };
      const expected = andersonIterates(map.reference, z0, STEPS, options);
      await assertIterates(map, z0, anderson(options), expected);
    }
  }
});

Deno.test("broyden() takes the steps of the dense method", async () => {
  const { map, z0 } = example();
  const expected = broydenIterates(map.reference, z0, STEPS);
  await assertIterates(map, z0, broyden({ memory: STEPS }), expected);
});

Deno.test("broyden() starts anew from where it is when its history is full", async () => {
  const { map, z0 } = example();
  const first = broydenIterates(map.reference, z0, 3);
  const second = broydenIterates(map.reference, first[3]!, 3);
  await assertIterates(map, z0, broyden({ memory: 3 }), [...first, ...second.slice(1)]);
});

Deno.test("broyden() starts anew after eight steps without a lower residual", () => {
  using iteration = broyden({ memory: 20 }).begin(gpu.empty(1, 4));
  const kept = Array.from({ length: 20 }, (_, step) => {
    // The third residual is the lowest, and no step has changed it along another.
    iteration.coefficients([9, 8, 4, 5][step] ?? 6, iteration.history.map(() => 0));
    return iteration.history.length;
  });
  assertEquals(kept, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 1, 2, 3, 4, 5, 6, 7, 8, 1, 2]);
});

Deno.test("mixingWeights() are those of the definition, whatever the scale of the residuals", () => {
  const gram = [[4, 1, 0.5], [1, 2, 0.3], [0.5, 0.3, 1]];
  const scaled = gram.map((row) => row.map((value) => 1e-12 * value));
  const [weights, again] = [mixingWeights(gram, 1e-4), mixingWeights(scaled, 1e-4)];
  assert(largestError(weights, again) <= FLOAT64);
  assert(Math.abs(weights.reduce((sum, weight) => sum + weight) - 1) <= FLOAT64);
});

Deno.test("mixingWeights() leave the plain step where residuals cannot be told apart", () => {
  assertEquals(mixingWeights([[1, 1], [1, 1]], 0), [0, 1]);
  assertEquals(mixingWeights([[0]], 1e-4), [1]);
  assertEquals(mixingWeights([[1, NaN], [NaN, 1]], 1e-4), [0, 1]);
  const [first, second] = mixingWeights([[1, 1], [1, 1]], 1e-4);
  assert(Math.abs(first! - 0.5) <= 1e-9 && Math.abs(second! - 0.5) <= 1e-9, "shared by the ridge");
});

Deno.test("nextStep() is r at first, and undefined where the updated Jacobian is singular", () => {
  assertEquals(nextStep([], 4, []), { scale: 1, weights: [], gram: [[4]] });
  // r = s: f(z) - z has not changed along s.
  assertEquals(nextStep([[4]], 4, [4]), undefined);
  assertEquals(nextStep([[4]], 4, [3.9999]), undefined);
  assertEquals(nextStep([[4]], 4, [3])?.scale, 4);
  assertEquals(nextStep([[0]], 4, [0]), undefined);
  // r = -s: as far on the other side, so that half of the way back is taken.
  assertEquals(nextStep([[4]], 4, [-4]), { scale: 0.5, weights: [0], gram: [[4, -2], [-2, 1]] });
});

Deno.test("fixedPoint(), anderson() and broyden() refuse what they cannot do", () => {
  const refused: [() => Method, string][] = [
    [() => fixedPoint({ damping: 0 }), "Cannot damp steps by 0: expected a factor above 0"],
    [() => anderson({ damping: NaN }), "Cannot damp steps by NaN: expected a factor above 0"],
    [() => fixedPoint({ checkEvery: 0 }), "Cannot check every 0 steps: expected a whole number"],
    [() => anderson({ memory: 0 }), "Cannot keep 0 steps in memory: expected a whole number"],
    [() => broyden({ memory: 1.5 }), "Cannot keep 1.5 steps in memory: expected a whole number"],
    [() => anderson({ ridge: -1 }), "Cannot add a ridge of -1: expected 0 or more"],
  ];
  for (const [make, sentence] of refused) assertThrows(make, RangeError, sentence);
});

/** Solves, and compares every z that f was given. */
async function assertIterates(
  map: Affine,
  z0: Dense,
  method: Method,
  expected: readonly Dense[],
): Promise<void> {
  const iterates: Tensor[] = [];
  const f = (z: Tensor) => {
    const copy = gpu.empty(z.rows, z.cols);
    gpu.copy(z, copy);
    iterates.push(copy);
    return map.f(z);
  };
  const start = upload(z0);
  const { z, steps } = await solve(f, start, {
    method,
    maxSteps: STEPS,
    tolerance: 0,
    growth: Infinity,
  });
  assertEquals([steps, iterates.length], [STEPS, STEPS + 1]);
  for (const [k, iterate] of iterates.entries()) {
    await assertClose(iterate, expected[k]!, KERNEL, `${method.name}'s iterate ${k}`);
  }
  for (const tensor of [z, start, ...iterates]) tensor[Symbol.dispose]();
}
