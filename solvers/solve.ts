/**
 * Fixed points z = f(z) on the device: one loop for all methods. The whole tensor is one system. A look
 * at the residual is one readback, of a few products which choose the method's next step as well: the
 * small systems behind it are the processor's, in float64. Waiting for it takes 0.1 ms (measured with
 * llvmpipe), where the cheapest step over 13,789 × 64 values takes some 3 ms beside f.
 */
import type { Device, Tensor } from "../gpu/tensor.ts";
import { dots, dotsCols, NORM_COLS } from "../kernels/dots.ts";
import type { Iteration } from "./method.ts";
import { type SolveOptions, withDefaults } from "./options.ts";
import { Residuals, type Solution } from "./residuals.ts";

/** A dry run books all memory in its first step. */
const DRY_RUN_STEPS = 1;

/**
 * Looks for z = f(z) from z0 on, which stays the caller's and as it is. `f` records launches on z and
 * returns a new tensor of z's shape, which is disposed of here. Never throws for want of convergence.
 * Beside z and its best value it holds one f(z) and the method's history, whatever the number of steps.
 * On a dry run it takes one step at most, and ends with "max_steps" after booking all this.
 *
 * ```ts
 * import { anderson, openGpu, solve, type Tensor } from "../mod.ts";
 * import { combine } from "../kernels/combine.ts";
 *
 * using gpu = await openGpu();
 * const row = (...data: number[]) =>
 *   gpu.upload({ rows: 1, cols: data.length, data: Float32Array.from(data) });
 * const [z0, one, coefficients] = [row(0), row(1), row(0, -0.9, 3.8)];
 * const f = (z: Tensor) => {
 *   const fz = gpu.empty(z.rows, z.cols);
 *   combine(fz, [z, one], coefficients, 0); // -0.9 z + 3.8
 *   return fz;
 * };
 * using z = (await solve(f, z0, { method: anderson(), tolerance: 1e-5 })).z;
 * console.log((await gpu.read(z))[0]); // 2
 * ```
 */
export async function solve(
  f: (z: Tensor) => Tensor,
  z0: Tensor,
  options: SolveOptions = {},
): Promise<Solution> {
  const settings = withDefaults(options);
  const best = copyOf(z0);
  if (z0.rows * z0.cols === 0) {
    return { z: best, status: "converged", steps: 0, residual: 0, residuals: [] };
  }
  try {
    return { z: best, ...await iterate(f, z0, best, settings) };
  } catch (error) {
    best[Symbol.dispose]();
    throw error;
  }
}

/** Runs the loop; leaves the iterate with the lowest residual in `best`. */
async function iterate(
  f: (z: Tensor) => Tensor,
  z0: Tensor,
  best: Tensor,
  { method, maxSteps, ...settings }: Required<SolveOptions>,
): Promise<Omit<Solution, "z">> {
  const { gpu } = z0;
  using z = copyOf(z0);
  using iteration = method.begin(z);
  using products = gpu.empty(1, dotsCols(iteration.historySize));
  using coefficients = gpu.empty(1, iteration.mostCoefficients);
  const residuals = new Residuals(settings);
  const lastStep = gpu.dryRun ? Math.min(DRY_RUN_STEPS, maxSteps) : maxSteps;
  for (let step = 0;; step++) {
    using fz = evaluate(f, z);
    if (step === lastStep || step % method.checkEvery === 0) {
      const { squaredNorm, squaredScale, ofHistory } = await measure(fz, z, iteration, products);
      const improved = residuals.note(squaredNorm, squaredScale);
      const status = gpu.dryRun ? undefined : residuals.status;
      const ended = status ?? (step === lastStep ? "max_steps" : undefined);
      // Before anything is recorded, as a write submits what is.
      if (ended === undefined) {
        write(gpu, coefficients, iteration.coefficients(squaredNorm, ofHistory));
      }
      if (improved && step > 0) gpu.copy(z, best);
      if (ended !== undefined) return { status: ended, steps: step, ...residuals.result };
    }
    iteration.advance(z, fz, coefficients);
  }
}

/** ‖f(z) - z‖², ‖f(z)‖², and the products of f(z) - z with the history. */
async function measure(fz: Tensor, z: Tensor, { history }: Iteration, products: Tensor) {
  dots(fz, z, history, products);
  const [[squaredNorm, squaredScale, ...rest]] = await z.gpu.read(products) as [Float32Array];
  const ofHistory = rest.slice(NORM_COLS - 2, NORM_COLS - 2 + history.length);
  return { squaredNorm: squaredNorm!, squaredScale: squaredScale!, ofHistory };
}

function evaluate(f: (z: Tensor) => Tensor, z: Tensor): Tensor {
  const fz = f(z);
  if (fz.allocation === z.allocation) {
    throw new RangeError("Cannot solve z = f(z): f returned z itself, expected a new tensor");
  }
  if (fz.rows === z.rows && fz.cols === z.cols) return fz;
  fz[Symbol.dispose]();
  throw new RangeError(
    `Cannot solve z = f(z): f(z) is ${fz.rows} × ${fz.cols}, z is ${z.rows} × ${z.cols}`,
  );
}

function copyOf(x: Tensor): Tensor {
  const copy = x.gpu.empty(x.rows, x.cols);
  x.gpu.copy(x, copy);
  return copy;
}

function write(gpu: Device, tensor: Tensor, values: readonly number[]): void {
  const data = new Float32Array(tensor.cols);
  data.set(values);
  gpu.write(tensor, data);
}
