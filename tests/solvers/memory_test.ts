/** The device memory of a solve: its history is of fixed size, whatever the number of steps. */
import { openDryRun } from "../../gpu/dry_run.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { PURPOSES } from "../../gpu/ledger.ts";
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { linear } from "../../kernels/linear.ts";
import { anderson } from "../../solvers/anderson.ts";
import { broyden } from "../../solvers/broyden.ts";
import { fixedPoint } from "../../solvers/fixed_point.ts";
import type { Method } from "../../solvers/method.ts";
import { solve } from "../../solvers/solve.ts";
import { assert, assertEquals } from "../assert.ts";

const [ROWS, COLS] = [20_011, 8];
const TENSOR_BYTES = ROWS * COLS * 4;
/** z, its best value and f(z), without the history. */
const ITERATES = 3;

/** How many tensors of history each method keeps, however long it runs. */
const HISTORIES: [what: string, method: Method, tensors: number][] = [
  ["fixedPoint()", fixedPoint(), 0],
  ["anderson({ memory: 3 })", anderson({ memory: 3 }), 6],
  ["anderson({ damping: 0.5 })", anderson({ damping: 0.5 }), 10],
  ["broyden({ memory: 7 })", broyden({ memory: 7 }), 7],
];

for (const [what, method, tensors] of HISTORIES) {
  Deno.test(`${what} holds ${tensors} tensors of history at 3 as at 30 steps`, async () => {
    using gpu = await openGpu();
    const start = await prepared(gpu);
    const peaks = [];
    for (const maxSteps of [3, 30]) {
      await run(gpu, method, maxSteps);
      peaks.push(gpu.ledger.peakOf("activations") - start);
    }
    const small = peaks[0]! - (ITERATES + tensors) * TENSOR_BYTES;
    assert(small >= 0 && small < TENSOR_BYTES / 2, `${small} bytes beside the tensors`);
    assertEquals(peaks[1], peaks[0]);
  });

  Deno.test(`openDryRun() books what a solve with ${what} books`, async () => {
    using real = await openGpu();
    using dry = openDryRun(real.adapter);
    for (const gpu of [real, dry]) {
      await prepared(gpu);
      await run(gpu, method, 30);
    }
    assertEquals(books(dry), books(real));
  });

  Deno.test(`${what} makes no bind groups after its first solve`, async () => {
    using gpu = await openGpu();
    await prepared(gpu);
    await run(gpu, method, 30);
    const { bindGroups } = gpu;
    for (let repeat = 0; repeat < 3; repeat++) await run(gpu, method, 30);
    assertEquals(gpu.bindGroups, bindGroups);
  });
}

Deno.test("solve() takes one step on a dry run, and looks as if it had not converged", async () => {
  using gpu = openDryRun();
  using z0 = gpu.upload(zeros(ROWS));
  let calls = 0;
  const f = (z: Tensor) => {
    calls++;
    return z.gpu.empty(z.rows, z.cols);
  };
  const { z, status, steps } = await solve(f, z0);
  using _z = z;
  assertEquals([status, steps, calls], ["max_steps", 1, 2]);
  using none = (await solve(f, z0, { maxSteps: 0 })).z;
  assertEquals([none.rows, calls], [ROWS, 3]);
});

Deno.test("solve() is one submission a step", async () => {
  using gpu = await openGpu();
  await prepared(gpu);
  for (const method of [anderson(), broyden(), fixedPoint({ checkEvery: 30 })]) {
    const { submissions } = gpu;
    await run(gpu, method, 30);
    const looks = 30 / method.checkEvery + 1;
    // One more before the first step, where z0 and the weights are written.
    assert(gpu.submissions - submissions <= looks + 2, `${gpu.submissions - submissions}`);
  }
});

function zeros(rows: number) {
  return { rows, cols: COLS, data: new Float32Array(rows * COLS) };
}

/** Bytes held after what any solve needs once. */
async function prepared(gpu: Device): Promise<number> {
  using small = gpu.empty(1, 1, "graph");
  await gpu.read(small);
  return gpu.ledger.peakOf("activations");
}

/** Solves z = z W + b, of spectral radius 0.9, as exactly as so many steps can. */
async function run(gpu: Device, method: Method, maxSteps: number): Promise<void> {
  const data = new Float32Array((COLS + 1) * COLS).fill(1);
  for (let i = 0; i < COLS; i++) {
    for (let j = 0; j < COLS; j++) data[i * COLS + j] = i === j ? 0.9 - 0.2 * i : 0;
  }
  using weights = gpu.empty(1, 20_000, "weights");
  const weight = weights.window(0, COLS + 1, COLS);
  gpu.write(weight, data);
  using z0 = gpu.upload(zeros(ROWS));
  const f = (z: Tensor) => linear(z, weight);
  const { z, steps } = await solve(f, z0, { method, maxSteps, tolerance: 0 });
  z[Symbol.dispose]();
  if (!gpu.dryRun) assertEquals(steps, maxSteps);
}

/** All that a ledger knows. */
function books({ ledger }: Device) {
  const { live, peak } = ledger;
  return { live, peak, ...Object.fromEntries(PURPOSES.map((p) => [p, ledger.peakOf(p)])) };
}
