import type { Tensor } from "../../gpu/tensor.ts";
import { anderson } from "../../solvers/anderson.ts";
import { broyden } from "../../solvers/broyden.ts";
import { fixedPoint } from "../../solvers/fixed_point.ts";
import type { SolveOptions } from "../../solvers/options.ts";
import type { Solution } from "../../solvers/residuals.ts";
import { solve } from "../../solvers/solve.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { gpu, read, upload } from "../kernels/device.ts";
import { dense, random } from "../reference/matrix.ts";
import { SOLVER } from "../tolerances.ts";
import { affine, contraction, cosine, rotation } from "./maps.ts";

const METHODS = { fixedPoint: fixedPoint(), anderson: anderson(), broyden: broyden() };
const NAMES = Object.keys(METHODS) as (keyof typeof METHODS)[];

/** The number that is its own cosine. */
const DOTTIE = 0.7390851332151607;

for (const name of NAMES) {
  Deno.test(`${name}() solves cos z = z`, async () => {
    const solution = await solved(cosine, upload(dense(67, 4)), {
      method: METHODS[name],
      tolerance: 1e-6,
    });
    assertEquals(solution.status, "converged");
    assert((await read(solution.z)).every((value) => Math.abs(value - DOTTIE) <= SOLVER));
  });

  Deno.test(`${name}() solves a contraction of radius 0.5`, async () => {
    const { steps } = await solvesContraction(name, 0.5, 40);
    assert(steps <= 20, `took ${steps}`);
  });
}

/** Steps to a residual of 1e-5, of which the plain iteration needs ln 1e-5 / ln radius: 110, 1146. */
const STEPS: [radius: number, name: keyof typeof METHODS, steps: number][] = [
  [0.9, "fixedPoint", 110],
  [0.9, "anderson", 40],
  [0.9, "broyden", 40],
  [0.99, "anderson", 200],
  [0.99, "broyden", 200],
];

for (const [radius, name, most] of STEPS) {
  Deno.test(`${name}() solves a contraction of radius ${radius} in ${most} steps`, async () => {
    await solvesContraction(name, radius, most);
  });
}

Deno.test("fixedPoint() has not solved a contraction of radius 0.99 in 200 steps, and says so", async () => {
  const options = { method: fixedPoint(), maxSteps: 200, tolerance: 1e-5 };
  const solution = await solved(contraction(40, 0.99).f, upload(dense(67, 40)), options);
  assertEquals([solution.status, solution.steps], ["max_steps", 200]);
  assertEquals(solution.residual, solution.residuals.at(-1));
});

/** z = f(z) to a residual of 1e-5, and z where it must be. */
async function solvesContraction(name: keyof typeof METHODS, radius: number, maxSteps: number) {
  const [rows, cols] = [67, 40];
  const bias = random(1, cols, 1);
  const { f } = contraction(cols, radius);
  const options = { method: METHODS[name], maxSteps, tolerance: 1e-5 };
  const solution = await solved(f, upload(random(rows, cols, 2)), options);
  assertEquals(solution.status, "converged");
  const exact = [...bias.data].map((b, k) => b / (1 - radius * (2 * k / (cols - 1) - 1)));
  const scale = Math.max(...exact.map(Math.abs));
  // How far z is off: the residual through the inverse of I - W, of length 1 / (1 - radius).
  const allowed = 1e-4 / (1 - radius);
  (await read(solution.z)).forEach((value, k) => {
    const error = Math.abs(value - exact[k % cols]!) / scale;
    assert(error <= allowed, `entry ${k} is off by ${error}, allowed ${allowed}`);
  });
  return solution;
}

for (const [degrees, radius] of [[90, 1], [90, 2], [120, 1.5]] as const) {
  const what = `a rotation by ${degrees}° that stretches ${radius} times`;
  Deno.test(`anderson() and broyden() solve ${what}, where iteration fails`, async () => {
    const { f } = rotation(6, degrees, radius);
    const z0 = upload(random(67, 6, 2));
    for (const name of NAMES) {
      const { status, steps } = await solved(f, z0, { method: METHODS[name], tolerance: 1e-5 });
      if (name === "fixedPoint") assertEquals(status, radius > 1 ? "diverged" : "max_steps");
      else assertEquals([name, status, steps <= 6], [name, "converged", true]);
    }
  });
}

Deno.test("fixedPoint() damped solves z = 3 - 2 z, where the plain iteration diverges", async () => {
  const { f } = affine({ ...dense(1, 1), data: Float64Array.of(-2) }, dense(1, 1, 3));
  const [plain, damped] = [fixedPoint(), fixedPoint({ damping: 0.5 })];
  const z0 = upload(dense(1, 1));
  assertEquals((await solved(f, z0, { method: plain })).status, "diverged");
  const { status, z } = await solved(f, z0, { method: damped, tolerance: 1e-6 });
  assertEquals(status, "converged");
  assert(Math.abs((await read(z))[0]! - 1) <= SOLVER);
});

Deno.test("solve() returns the start where everything after it is worse", async () => {
  const { f } = affine({ ...dense(2, 2), data: Float64Array.of(4, 0, 0, 4) });
  const start = random(67, 2, 3);
  const options = { method: fixedPoint(), relative: false };
  const solution = await solved(f, upload(start), options);
  assertEquals([solution.status, solution.steps], ["diverged", 5]);
  assertEquals(await read(solution.z), Float32Array.from(start.data));
  assertEquals(solution.residual, solution.residuals[0]!);
});

Deno.test("solve() returns numbers from a map that becomes NaN or infinite", async () => {
  const map = contraction(6, 0.9);
  for (const broken of [NaN, Infinity]) {
    const { f: bad } = affine(dense(6, 6), dense(1, 6, broken));
    for (const name of NAMES) {
      for (const breaksAt of [0, 3]) {
        let calls = 0;
        const f = (z: Tensor) => calls++ >= breaksAt ? bad(z) : map.f(z);
        const solution = await solve(f, upload(random(67, 6, 1)), {
          method: METHODS[name],
          tolerance: 1e-6,
        });
        assertEquals([solution.status, solution.steps], ["diverged", breaksAt]);
        assertEquals(solution.residuals.map(Number.isFinite), [
          ...Array(breaksAt).fill(true),
          false,
        ]);
        assertEquals(solution.residual, Math.min(...solution.residuals));
        assert((await read(solution.z)).every(Number.isFinite));
      }
    }
  }
});

Deno.test("solve() stops where products overflow, and returns numbers", async () => {
  const { f } = affine({ ...dense(1, 1), data: Float64Array.of(1e15) });
  const options = { method: fixedPoint(), growth: Infinity };
  const solution = await solve(f, upload(dense(1, 1, 1)), options);
  assertEquals(solution.status, "diverged");
  assert((await read(solution.z)).every(Number.isFinite));
});

Deno.test("solve() takes no step from the answer, and returns a copy of it", async () => {
  const { f } = affine(dense(3, 3), dense(1, 3, 7));
  const z0 = upload(dense(67, 3, 7));
  for (const name of NAMES) {
    const solution = await solved(f, z0, { method: METHODS[name], tolerance: 0 });
    assertEquals([solution.status, solution.steps], ["converged", 0]);
    assertEquals([solution.residual, ...solution.residuals], [0, 0]);
    assert(solution.z.allocation !== z0.allocation);
    solution.z[Symbol.dispose]();
    assert((await read(z0)).every((value) => value === 7), "z0 is the caller's");
  }
});

Deno.test("solve() leaves z0 as it is", async () => {
  const start = random(67, 6, 1);
  const z0 = upload(start);
  for (const name of NAMES) await solved(contraction(6, 0.5).f, z0, { method: METHODS[name] });
  assertEquals(await read(z0), Float32Array.from(start.data));
});

Deno.test("solve() has solved a system of nothing", async () => {
  for (const [rows, cols] of [[0, 3], [3, 0]]) {
    const f = () => {
      throw new Error("nothing to evaluate");
    };
    const { z, ...others } = await solve(f, gpu.empty(rows!, cols!));
    assertEquals([z.rows, z.cols], [rows, cols]);
    const expected = { status: "converged", steps: 0, residual: 0, residuals: [] } as const;
    assertEquals(others, expected as Omit<Solution, "z">);
  }
});

Deno.test("solve() takes no step where none is allowed, but measures the start", async () => {
  const { f } = contraction(6, 0.9);
  const solution = await solved(f, upload(random(5, 6, 1)), { maxSteps: 0 });
  assertEquals([solution.status, solution.steps], ["max_steps", 0]);
  assertEquals(solution.residuals.length, 1);
});

Deno.test("solve() measures relative residuals, the same for more rows of the same, or absolute ones", async () => {
  const { f } = contraction(6, 0.9);
  const residuals = async (rows: number, relative: boolean) => {
    const options = { method: fixedPoint(), maxSteps: 3, tolerance: 0, relative };
    return (await solved(f, upload(dense(rows, 6)), options)).residuals;
  };
  const [few, many] = [await residuals(1, true), await residuals(100, true)];
  const [short, long] = [await residuals(1, false), await residuals(100, false)];
  few.forEach((residual, k) => {
    assert(Math.abs(many[k]! / residual - 1) <= SOLVER);
    assert(Math.abs(long[k]! / short[k]! - 10) <= 10 * SOLVER);
  });
  assertEquals(few.map((residual, k) => residual === short[k]), [false, false, false, false]);
});

Deno.test("anderson() takes as many steps at any scale of z: its ridge is relative", async () => {
  // A ridge of 1e-4 in absolute terms would be 1e4 times the products of the small system.
  const takes = async (scale: number) => {
    const bias = random(1, 40, 1);
    const { data } = bias;
    const matrix = dense(40, 40);
    for (let i = 0; i < 40; i++) matrix.data[41 * i] = 0.95 * (2 * i / 39 - 1);
    const { f } = affine(matrix, { ...bias, data: data.map((value) => scale * value) });
    const options = { tolerance: scale * 1e-4, relative: false };
    return (await solved(f, upload(dense(67, 40)), options)).steps;
  };
  assertEquals(await takes(2 ** -14), await takes(1));
});

Deno.test("solve() gives the same bits again", async () => {
  const { f } = contraction(40, 0.95);
  const z0 = upload(random(1009, 40, 1));
  for (const name of NAMES) {
    const runs = [];
    for (let run = 0; run < 2; run++) {
      const { z, residuals } = await solve(f, z0, { method: METHODS[name], maxSteps: 12 });
      using _z = z;
      runs.push({ residuals, bits: new Uint32Array((await read(z)).buffer) });
    }
    assertEquals(runs[1], runs[0]!);
  }
});

Deno.test("fixedPoint() looks at the residual as seldom as it is told, and takes the same steps", async () => {
  const { f, z0 } = { f: contraction(6, 0.9).f, z0: upload(random(67, 6, 1)) };
  const take = async (checkEvery: number, maxSteps: number) => {
    const method = fixedPoint({ checkEvery });
    const { z, residuals, steps } = await solved(f, z0, { method, maxSteps, tolerance: 0 });
    assertEquals(steps, maxSteps);
    return { residuals, z: await read(z) };
  };
  const [every, third] = [await take(1, 10), await take(3, 10)];
  assertEquals(third.z, every.z);
  assertEquals(third.residuals, [0, 3, 6, 9, 10].map((step) => every.residuals[step]!));
});

Deno.test("solve() refuses what it cannot do, and gives all memory back", async () => {
  const { f } = contraction(6, 0.9);
  const z0 = upload(dense(5, 6));
  const refused: [typeof f, SolveOptions, string][] = [
    [(z) => z, {}, "Cannot solve z = f(z): f returned z itself, expected a new tensor"],
    [() => gpu.empty(5, 7), {}, "Cannot solve z = f(z): f(z) is 5 × 7, z is 5 × 6"],
    [f, { maxSteps: -1 }, "Cannot take -1 steps: expected a whole number from 0 on"],
    [f, { tolerance: NaN }, "Cannot solve to a residual of NaN: expected 0 or more"],
    [f, { tolerance: Infinity }, "Cannot solve to a residual of Infinity: expected 0 or more"],
    [f, { growth: 1 }, "Cannot call growth by 1 divergence: expected a factor above 1"],
  ];
  for (const [map, options, sentence] of refused) {
    await assertRejects(() => solve(map, z0, options), RangeError, sentence);
  }
  const { peak } = gpu.ledger;
  for (let repeat = 0; repeat < 3; repeat++) {
    for (const [map, options] of refused) await solve(map, z0, options).catch(() => {});
  }
  assertEquals(gpu.ledger.peak, peak);
});

/** Solves, and checks what holds of every solution: z is finite, and is the iterate of the lowest residual. */
async function solved(f: (z: Tensor) => Tensor, z0: Tensor, options: SolveOptions) {
  const solution = await solve(f, z0, options);
  const { z, steps, residual, residuals } = solution;
  if ((options.method?.checkEvery ?? 1) === 1) assertEquals(residuals.length, steps + 1);
  assertEquals(residual, Math.min(...residuals));
  using fz = f(z);
  const [zs, fzs] = await gpu.read(z, fz);
  const [norm, scale] = [length(fzs!.map((value, k) => value - zs![k]!)), length(fzs!)];
  const again = options.relative === false ? norm : norm / (scale + 1e-8);
  const error = Math.abs(again - residual) / Math.max(residual, 1e-6);
  assert(error <= SOLVER, `z has a residual of ${again}, said to be ${residual}`);
  return solution;
}

function length(values: Float32Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0));
}
