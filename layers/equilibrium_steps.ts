/**
 * Damped steps Z ← (1 − τ) Z + τ f(Z; X) of a cell, their activations stored, and the gradient through
 * them: a weight-tied network, or a phantom gradient where Z starts at the solution.
 */
import type { Device, Tensor } from "../gpu/tensor.ts";
import { combine } from "../kernels/combine.ts";
import { addTo } from "../kernels/copy_columns.ts";
import { disposing } from "./disposing.ts";
import type { EquilibriumCell, EquilibriumCellSaved } from "./equilibrium_cell.ts";
import type { Owned } from "./owned.ts";
import type { Pass } from "./pass.ts";

/** A step the gradient passes, and the state it started from. */
export interface EquilibriumStep extends Disposable {
  /** [nodes, channels]: the state that the step started from. */
  readonly z: Tensor;
  /** What the cell saved at that state. */
  readonly cell: EquilibriumCellSaved;
}

export interface StepsOptions {
  readonly steps: number;
  /** τ */
  readonly damping: number;
  /** Whether the steps are kept for a backward pass. */
  readonly keeps: boolean;
}

/** The state after all steps from z. */
export function takeSteps(
  cell: EquilibriumCell,
  pass: Pass,
  z: Owned<Tensor>,
  x: Tensor,
  { steps, damping, keeps }: StepsOptions,
): { y: Tensor; kept: EquilibriumStep[] } {
  using mix = numbers(z.gpu, damping, 1 - damping);
  const kept: EquilibriumStep[] = [];
  for (let k = 0; k < steps; k++) {
    const { y, saved } = cell.forward(pass, z, x);
    if (damping !== 1) combine(y, [z], mix, 0);
    const step = stepOf(z, saved);
    if (keeps) kept.push(step);
    else step[Symbol.dispose]();
    z = y;
  }
  return { y: z, kept };
}

/** dx [nodes, channels], through the steps, the last first. */
export function takeStepsBack(
  cell: EquilibriumCell,
  pass: Pass,
  dy: Tensor,
  steps: readonly EquilibriumStep[],
  damping: number,
): Tensor {
  const { gpu } = dy;
  using kept = numbers(gpu, 1 - damping, 1);
  using taken = numbers(gpu, 0, damping);
  using d = zerosLike(dy);
  addTo(d, dy);
  const dx = zerosLike(dy);
  using scaled = gpu.empty(dy.rows, dy.cols);
  for (const step of steps.toReversed()) {
    combine(scaled, [d], taken, 0);
    const of = cell.backward(pass, scaled, step.cell);
    using dz = of.dz;
    using injected = of.dx;
    combine(d, [dz], kept, 0);
    addTo(dx, injected);
  }
  return dx;
}

export function stepOf(z: Owned<Tensor>, cell: Owned<EquilibriumCellSaved>): EquilibriumStep {
  return disposing({ z, cell });
}

/** A few numbers for `combine`. */
export function numbers(gpu: Device, ...values: number[]): Tensor {
  return gpu.upload({ data: Float32Array.from(values), rows: 1, cols: values.length }, "plumbing");
}

export function zerosLike({ gpu, rows, cols }: Tensor): Tensor {
  const zeros = gpu.empty(rows, cols);
  gpu.clear(zeros);
  return zeros;
}
