/**
 * A fixed point Z* = f(Z*; X) as a layer, and its gradient (paper §3.4). With J = ∂f/∂Z at Z*:
 *
 *     implicit    u = Jᵀu + dZ*, a fixed point as well; dθ = (∂f/∂θ)ᵀ u
 *     phantom     through k damped steps from Z* on, Z ← (1 − τ) Z + τ f(Z); one-step: k = τ = 1
 *     unrolled    through all steps from Z = 0 on, activations stored: a weight-tied network
 *
 * All but the last two hold the activations of one f, whatever the number of the solver's steps.
 */
import type { Gpu } from "../gpu/gpu.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { combine } from "../kernels/combine.ts";
import { addTo } from "../kernels/copy_columns.ts";
import { dropout } from "../kernels/dropout.ts";
import { anderson } from "../solvers/anderson.ts";
import { broyden } from "../solvers/broyden.ts";
import { fixedPoint } from "../solvers/fixed_point.ts";
import type { SolveOptions } from "../solvers/options.ts";
import { solve } from "../solvers/solve.ts";
import { disposing } from "./disposing.ts";
import type { EquilibriumCell, EquilibriumCellSaved } from "./equilibrium_cell.ts";
import { type EquilibriumOptions, withDefaults } from "./equilibrium_options.ts";
import type { Evaluation } from "./evaluation.ts";

/** A step the gradient passes, and the state it started from. */
interface Step extends Disposable {
  readonly z: Tensor; // [nodes, channels]
  readonly cell: EquilibriumCellSaved;
}

/** One step's activations, or those of as many as the gradient passes. */
export interface EquilibriumSaved extends Disposable {
  readonly steps: readonly Step[];
  /** The adjoint system is solved at the one step there is. */
  readonly implicit: boolean;
  readonly jacobian: JacobianSaved | undefined;
}

/** Of the Jacobian's norm: the step at Z* + h v, and c (f(Z* + h v) − f(Z*)) [nodes, channels]. */
interface JacobianSaved extends Disposable {
  readonly step: Step;
  readonly slope: Tensor;
}

/** h of the difference quotient: states are of order 1, float32's roundings 1e-5 of it. */
const DIFFERENCE = 1e-2;

const METHODS = { anderson, broyden, "fixed-point": fixedPoint };

export class Equilibrium {
  readonly #options: Required<EquilibriumOptions>;

  constructor(private readonly cell: EquilibriumCell, options: EquilibriumOptions = {}) {
    this.#options = withDefaults(options);
  }

  /** f(Z*) [nodes, channels]. */
  async evaluate(run: Evaluation, x: Tensor): Promise<Tensor> {
    const steps = this.#unrolledSteps(run);
    if (steps !== undefined) {
      const { y, saved } = this.#unroll(run, zerosLike(x), x, { steps, damping: 1, keeps: false });
      saved[Symbol.dispose]();
      return y;
    }
    using z = await this.#solve(run, x, "evaluation");
    return this.#evaluateStep(run, z, x);
  }

  /** f(Z*), and what its gradient passes. x must stay until the backward pass. */
  async forward(run: Evaluation, x: Tensor): Promise<{ y: Tensor; saved: EquilibriumSaved }> {
    const { gradient, phantomSteps, phantomDamping } = this.#options;
    const unrolled = this.#unrolledSteps(run);
    if (unrolled !== undefined) {
      return this.#unroll(run, zerosLike(x), x, { steps: unrolled, damping: 1, keeps: true });
    }
    const z = await this.#solve(run, x, "training");
    if (gradient === "phantom") {
      const options = { steps: phantomSteps, damping: phantomDamping, keeps: true };
      return this.#unroll(run, z, x, options);
    }
    const { y, saved: cell } = this.cell.forward(run, z, x);
    const implicit = gradient === "implicit";
    const jacobian = implicit ? this.#jacobian(run, { z, x, y }) : undefined;
    return { y, saved: savedOf([stepOf(z, cell)], implicit, jacobian) };
  }

  /** dx [nodes, channels], from the gradient of f(Z*). Adds the parameters' gradients once a step. */
  async backward(run: Evaluation, dy: Tensor, saved: EquilibriumSaved): Promise<Tensor> {
    const { steps, implicit, jacobian } = saved;
    if (!implicit) return this.#backwardSteps(run, dy, steps);
    const [{ cell }] = steps as [Step];
    using u = await this.#solveAdjoint(run, dy, cell);
    if (jacobian === undefined) return this.#backwardStep(run, u, cell).dx;
    // The norm's gradient at Z* joins that of the loss; Z* itself counts as constant, as is usual.
    using minus = line(dy.gpu, 1, -1);
    combine(u, [jacobian.slope], minus, 0);
    const { dx } = this.#backwardStep(run, u, cell);
    using moved = this.#backwardStep(run, jacobian.slope, jacobian.step.cell).dx;
    addTo(dx, moved);
    return dx;
  }

  /** The steps of a weight-tied network in place of a solve, if it is to be one. */
  #unrolledSteps({ unrolled }: Evaluation): number | undefined {
    return unrolled ?? (this.#options.gradient === "unrolled" ? this.#options.maxSteps : undefined);
  }

  async #solve(run: Evaluation, x: Tensor, of: "training" | "evaluation"): Promise<Tensor> {
    using z0 = zerosLike(x);
    const f = (z: Tensor) => this.#evaluateStep(run, z, x);
    const { z, ...report } = await solve(f, z0, this.#solver("tolerance", "maxSteps"));
    run.onSolve?.({ ...report, of });
    return z;
  }

  #evaluateStep(run: Evaluation, z: Tensor, x: Tensor): Tensor {
    const { y, saved } = this.cell.forward(run, z, x);
    saved[Symbol.dispose]();
    return y;
  }

  async #solveAdjoint(run: Evaluation, dy: Tensor, cell: EquilibriumCellSaved): Promise<Tensor> {
    const frozen = { ...run, parameters: run.parameters.frozen };
    const f = (u: Tensor) => {
      const { dz, dx } = this.cell.backward(frozen, u, cell);
      dx[Symbol.dispose]();
      addTo(dz, dy);
      return dz;
    };
    const solver = this.#solver("adjointTolerance", "adjointSteps");
    const { z: u, ...report } = await solve(f, dy, solver);
    run.onSolve?.({ ...report, of: "adjoint" });
    return u;
  }

  #solver(
    tolerance: "tolerance" | "adjointTolerance",
    steps: "maxSteps" | "adjointSteps",
  ): SolveOptions {
    const { method, memory, damping } = this.#options;
    const options = { ...method !== "fixed-point" && { memory }, damping };
    return {
      method: METHODS[method](options),
      tolerance: this.#options[tolerance],
      maxSteps: this.#options[steps],
    };
  }

  /** Damped steps from z, which is this function's from now on. */
  #unroll(
    run: Evaluation,
    z: Tensor,
    x: Tensor,
    { steps, damping, keeps }: { steps: number; damping: number; keeps: boolean },
  ): { y: Tensor; saved: EquilibriumSaved } {
    using mix = line(z.gpu, damping, 1 - damping);
    const kept: Step[] = [];
    for (let k = 0; k < steps; k++) {
      const { y, saved: cell } = this.cell.forward(run, z, x);
      if (damping !== 1) combine(y, [z], mix, 0);
      const step = stepOf(z, cell);
      if (keeps) kept.push(step);
      else step[Symbol.dispose]();
      z = y;
    }
    return { y: z, saved: savedOf(kept, false, undefined) };
  }

  #backwardStep(run: Evaluation, dy: Tensor, cell: EquilibriumCellSaved): { dx: Tensor } {
    const { dz, dx } = this.cell.backward(run, dy, cell);
    dz[Symbol.dispose]();
    return { dx };
  }

  /** Through the damped steps, the last first. */
  #backwardSteps(run: Evaluation, dy: Tensor, steps: readonly Step[]): Tensor {
    const { gpu } = dy;
    const damping = run.unrolled === undefined ? this.#stepDamping : 1;
    using kept = line(gpu, 1 - damping, 1);
    using taken = line(gpu, 0, damping);
    using d = zerosLike(dy);
    addTo(d, dy);
    const dx = zerosLike(dy);
    using scaled = gpu.empty(dy.rows, dy.cols);
    for (const { cell } of steps.toReversed()) {
      combine(scaled, [d], taken, 0);
      const of = this.cell.backward(run, scaled, cell);
      using dz = of.dz;
      using injected = of.dx;
      combine(d, [dz], kept, 0);
      addTo(dx, injected);
    }
    return dx;
  }

  /** τ of the steps the gradient passes. */
  get #stepDamping(): number {
    const { gradient, phantomDamping } = this.#options;
    return gradient === "phantom" ? phantomDamping : 1;
  }

  /**
   * Hutchinson's estimate of ‖J‖² by one random v of ±1: γ ‖f(Z + h v) − f(Z)‖² / (h² N D), whose gradient
   * takes no second derivatives. `slope` is that by f(Z + h v), and its negative that by f(Z).
   */
  #jacobian(
    run: Evaluation,
    { z, x, y }: Record<"z" | "x" | "y", Tensor>,
  ): JacobianSaved | undefined {
    const { jacobianWeight } = this.#options;
    if (jacobianWeight === 0 || run.masks === undefined) return undefined;
    const { gpu, rows, cols } = z;
    const slopeScale = 2 * jacobianWeight / (DIFFERENCE ** 2 * rows * cols);
    using coefficients = line(gpu, 1, DIFFERENCE, -DIFFERENCE);
    using slopes = line(gpu, slopeScale, -slopeScale);
    const data = new Float32Array(rows * cols).fill(1);
    using ones = gpu.upload({ data, rows, cols }, "activations");
    using twos = dropout(ones, { keys: run.masks.keys, rate: 0.5, stream: 3, firstChannel: 0 });
    const moved = gpu.empty(rows, cols);
    gpu.copy(z, moved);
    combine(moved, [twos, ones], coefficients, 0);
    const { y: slope, saved: cell } = this.cell.forward(run, moved, x);
    combine(slope, [y], slopes, 0);
    return disposing({ step: stepOf(moved, cell), slope });
  }
}

function stepOf(z: Tensor, cell: EquilibriumCellSaved): Step {
  return disposing({ z, cell });
}

function savedOf(
  steps: readonly Step[],
  implicit: boolean,
  jacobian: JacobianSaved | undefined,
): EquilibriumSaved {
  return {
    steps,
    implicit,
    jacobian,
    [Symbol.dispose]: () => [...steps, jacobian].forEach((one) => one?.[Symbol.dispose]()),
  };
}

/** A few numbers for `combine`. */
function line(gpu: Gpu, ...values: number[]): Tensor {
  return gpu.upload({ data: Float32Array.from(values), rows: 1, cols: values.length }, "plumbing");
}

function zerosLike({ gpu, rows, cols }: Tensor): Tensor {
  const zeros = gpu.empty(rows, cols);
  gpu.clear(zeros);
  return zeros;
}
