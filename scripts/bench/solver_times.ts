/**
 * Times a step of each solver beside the map it solves: one linear map of 64 channels on as many rows as
 * wordnet-frames has nodes, far cheaper than a graph convolution.
 */
import { UNIFORM_BYTES } from "../../gpu/kernel.ts";
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { Random } from "../../graphs/random.ts";
import { linear } from "../../kernels/linear.ts";
import { anderson } from "../../solvers/anderson.ts";
import { broyden } from "../../solvers/broyden.ts";
import { fixedPoint } from "../../solvers/fixed_point.ts";
import type { Method } from "../../solvers/method.ts";
import { solve } from "../../solvers/solve.ts";
import { medianTime } from "./median_time.ts";

const ROWS = 13_789;
const CHANNELS = 64;
const STEPS = 40;

const METHODS: Readonly<Record<string, Method>> = {
  "fixedPoint()": fixedPoint(),
  "fixedPoint({ checkEvery: 10 })": fixedPoint({ checkEvery: 10 }),
  "anderson({ memory: 5 })": anderson({ memory: 5 }),
  "broyden({ memory: 10 })": broyden({ memory: 10 }),
};

/** Milliseconds of the map f, and of a step of each method, f included: medians over `rounds` solves. */
export async function solverTimes(gpu: Device, rounds: number): Promise<Record<string, number>> {
  using weights = gpu.empty(1, (CHANNELS + 1) * CHANNELS + UNIFORM_BYTES / 4, "weights");
  const weight = weights.window(0, CHANNELS + 1, CHANNELS);
  gpu.write(weight, slowlyConverging());
  using z0 = gpu.upload({ rows: ROWS, cols: CHANNELS, data: new Float32Array(ROWS * CHANNELS) });
  using witness = gpu.empty(1, 1);
  const f = (z: Tensor) => linear(z, weight);
  const times: Record<string, number> = {};
  times["the solvers' map"] = await stepTime(rounds, async () => {
    for (let step = 0; step < STEPS; step++) f(z0)[Symbol.dispose]();
    await gpu.read(witness);
  });
  times["a readback of nothing"] = await stepTime(rounds, async () => {
    for (let step = 0; step < STEPS; step++) await gpu.read(witness);
  });
  for (const [name, method] of Object.entries(METHODS)) {
    times[name] = await stepTime(rounds, async () => {
      const { z, steps } = await solve(f, z0, { method, maxSteps: STEPS - 1, tolerance: 0 });
      z[Symbol.dispose]();
      if (steps !== STEPS - 1) {
        throw new Error(`Cannot time ${name}: it ended after ${steps} steps`);
      }
    });
  }
  return times;
}

/** z W + b with eigenvalues spread over [-0.9, 1), and random b. */
function slowlyConverging(): Float32Array {
  const random = new Random(0);
  const weight = new Float32Array((CHANNELS + 1) * CHANNELS);
  for (let i = 0; i < CHANNELS; i++) {
    weight[i * CHANNELS + i] = 0.9995 - 0.03 * i;
    weight[CHANNELS * CHANNELS + i] = random.float() - 0.5;
  }
  return weight;
}

/** Median milliseconds of one of STEPS steps. */
async function stepTime(rounds: number, solve: () => Promise<void>): Promise<number> {
  return await medianTime(rounds, solve) / STEPS;
}
