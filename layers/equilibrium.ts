/**
 * A fixed point Z* = f(Z*; X) as a layer, and its gradient (paper §3.4). With J = ∂f/∂Z at Z*:
 *
 *     implicit    u = Jᵀu + dZ*, a fixed point as well; dθ = (∂f/∂θ)ᵀ u
 *     phantom     through k damped steps from Z* on; one-step: k = τ = 1
 *     unrolled    through all steps from Z = 0 on, activations stored: a weight-tied network
 *     reversible  through all steps from Z = 0 on, undone on the way back: reversible_steps.ts
 *
 * The implicit, the one-step and the reversible gradient hold the activations of one f, whatever the
 * number of steps.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { combine } from "../kernels/combine.ts";
import { addTo } from "../kernels/copy_columns.ts";
import { anderson } from "../solvers/anderson.ts";
import { broyden } from "../solvers/broyden.ts";
import { fixedPoint } from "../solvers/fixed_point.ts";
import type { SolveOptions } from "../solvers/options.ts";
import { solve } from "../solvers/solve.ts";
import { resolve } from "../settings/resolve.ts";
import { disposing } from "./disposing.ts";
import type { EquilibriumCell, EquilibriumCellSaved } from "./equilibrium_cell.ts";
import {
  adjointOf,
  EQUILIBRIUM,
  type EquilibriumGiven,
  type EquilibriumOptions,
} from "./equilibrium_options.ts";
import {
  type EquilibriumStep,
  numbers,
  stepOf,
  takeSteps,
  takeStepsBack,
  zerosLike,
} from "./equilibrium_steps.ts";
import type { Pass } from "./pass.ts";
import {
  type ReversibleSteps,
  type ReversibleStepsSaved,
  takeReversibleSteps,
  takeReversibleStepsBack,
} from "./reversible_steps.ts";
import { type JacobianSaved, jacobianTerm } from "./jacobian_term.ts";

/** One step's activations, or those of as many as the gradient passes. */
export interface EquilibriumSaved extends Disposable {
  /** The steps that the gradient passes, the first one first. */
  readonly steps: readonly EquilibriumStep[];
  /** τ of the steps; undefined where the adjoint system is solved at the one step there is. */
  readonly damping: number | undefined;
  /** What the Jacobian term saved; undefined where the loss has none. */
  readonly jacobian: JacobianSaved | undefined;
  /** What the steps of a reversible solve saved; undefined of other gradients. */
  readonly reversible: ReversibleStepsSaved | undefined;
}

const METHODS = { anderson, broyden, "fixed-point": fixedPoint };

export class Equilibrium {
  readonly #cell: EquilibriumCell;
  readonly #options: EquilibriumOptions;

  constructor(cell: EquilibriumCell, options: EquilibriumGiven = {}) {
    this.#cell = cell;
    this.#options = resolve(EQUILIBRIUM, options);
  }

  /** f(Z*) [nodes, channels]. */
  async predict(pass: Pass, x: Tensor): Promise<Tensor> {
    const steps = this.#unrolledSteps(pass);
    if (steps !== undefined) {
      const options = { steps, damping: 1, keeps: false };
      return takeSteps(this.#cell, pass, zerosLike(x), x, options).y;
    }
    const reversible = this.#reversibleSteps();
    if (reversible !== undefined) {
      const { y, saved } = takeReversibleSteps(this.#cell, pass, x, reversible, "nothing");
      saved[Symbol.dispose]();
      return y;
    }
    using z = await this.#solve(pass, x, "evaluation");
    return this.#evaluateStep(pass, z, x);
  }

  /**
   * f(Z*), and what its gradient passes. x must stay until the backward pass. Of a reversible solve
   * activations may be stored instead, so that nothing is undone.
   */
  async forward(
    pass: Pass,
    x: Tensor,
    activations: "rebuilt" | "stored" = "rebuilt",
  ): Promise<{ y: Tensor; saved: EquilibriumSaved }> {
    const { gradient } = this.#options;
    const unrolled = this.#unrolledSteps(pass);
    if (unrolled !== undefined) return this.#steps(pass, zerosLike(x), x, unrolled, 1);
    const reversible = this.#reversibleSteps();
    if (reversible !== undefined) {
      const keeps = activations === "stored" ? "activations" : "bits";
      const { y, saved } = takeReversibleSteps(this.#cell, pass, x, reversible, keeps);
      return { y, saved: savedOf({ reversible: saved }) };
    }
    const z = await this.#solve(pass, x, "training");
    if (gradient.kind === "phantom") {
      return this.#steps(pass, z, x, gradient.steps, gradient.damping);
    }
    if (gradient.kind === "one-step") return this.#steps(pass, z, x, 1, 1);
    const { y, saved } = this.#cell.forward(pass, z, x);
    const jacobianWeight = gradient.kind === "implicit" ? gradient.jacobianWeight : 0;
    const jacobian = jacobianWeight > 0 && pass.mode === "training"
      ? jacobianTerm(this.#cell, pass, { z, x, y }, jacobianWeight)
      : undefined;
    return { y, saved: savedOf({ steps: [stepOf(z, saved)], jacobian }) };
  }

  /** dx [nodes, channels], from the gradient of f(Z*). Adds the parameters' gradients once a step. */
  async backward(pass: Pass, dy: Tensor, saved: EquilibriumSaved): Promise<Tensor> {
    const { steps, damping, jacobian, reversible } = saved;
    if (reversible !== undefined) {
      const how = this.#reversibleSteps()!;
      return takeReversibleStepsBack(this.#cell, pass, dy, how, reversible);
    }
    if (damping !== undefined) return takeStepsBack(this.#cell, pass, dy, steps, damping);
    const [{ cell }] = steps as [EquilibriumStep];
    using u = await this.#solveAdjoint(pass, dy, cell);
    if (jacobian === undefined) return this.#injected(pass, u, cell);
    using minus = numbers(dy.gpu, 1, -1);
    combine(u, [jacobian.slope], minus, 0);
    const dx = this.#injected(pass, u, cell);
    using moved = this.#injected(pass, jacobian.slope, jacobian.step.cell);
    addTo(dx, moved);
    return dx;
  }

  /** The steps of a weight-tied network in place of a solve, if it is to be one. */
  #unrolledSteps({ equilibrium }: Pass): number | undefined {
    const { gradient, maxSteps } = this.#options;
    return equilibrium?.unrolled ?? (gradient.kind === "unrolled" ? maxSteps : undefined);
  }

  /** The steps of a reversible solve, if it is to be one. */
  #reversibleSteps(): ReversibleSteps | undefined {
    const { gradient, maxSteps: steps } = this.#options;
    return gradient.kind === "reversible" ? { ...gradient, steps } : undefined;
  }

  #steps(pass: Pass, z: Tensor, x: Tensor, steps: number, damping: number) {
    const { y, kept } = takeSteps(this.#cell, pass, z, x, { steps, damping, keeps: true });
    return { y, saved: savedOf({ steps: kept, damping }) };
  }

  async #solve(pass: Pass, x: Tensor, of: "training" | "evaluation"): Promise<Tensor> {
    using z0 = zerosLike(x);
    const f = (z: Tensor) => this.#evaluateStep(pass, z, x);
    const { z, ...report } = await solve(f, z0, this.#solver(this.#options));
    pass.equilibrium?.onSolve?.({ ...report, of });
    return z;
  }

  async #solveAdjoint(pass: Pass, dy: Tensor, cell: EquilibriumCellSaved): Promise<Tensor> {
    const frozen = { ...pass, parameters: pass.parameters.frozen };
    const f = (u: Tensor) => {
      const { dz, dx } = this.#cell.backward(frozen, u, cell);
      dx[Symbol.dispose]();
      addTo(dz, dy);
      return dz;
    };
    const { z: u, ...report } = await solve(f, dy, this.#solver(adjointOf(this.#options)!));
    pass.equilibrium?.onSolve?.({ ...report, of: "adjoint" });
    return u;
  }

  #solver(
    { maxSteps, tolerance }: Pick<EquilibriumOptions, "maxSteps" | "tolerance">,
  ): SolveOptions {
    const { kind, ...options } = this.#options.solver;
    return { method: METHODS[kind](options), tolerance, maxSteps };
  }

  #evaluateStep(pass: Pass, z: Tensor, x: Tensor): Tensor {
    const { y, saved } = this.#cell.forward(pass, z, x);
    saved[Symbol.dispose]();
    return y;
  }

  /** x's part of a step's gradient. */
  #injected(pass: Pass, dy: Tensor, cell: EquilibriumCellSaved): Tensor {
    const { dz, dx } = this.#cell.backward(pass, dy, cell);
    dz[Symbol.dispose]();
    return dx;
  }
}

function savedOf(
  { steps = [], damping, jacobian, reversible }: Partial<EquilibriumSaved>,
): EquilibriumSaved {
  return { ...disposing({ steps, jacobian, reversible }), damping };
}
