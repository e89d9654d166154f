/**
 * A term that keeps an equilibrium's function contracting, γ ‖J‖² / (N D) with J = ∂f/∂Z at Z*, by
 * Hutchinson's estimate with one random v of ±1 and a difference quotient:
 *
 *     γ ‖f(Z* + h v) − f(Z*)‖² / (h² N D)
 *
 * Its gradient takes no second derivatives. Z* itself counts as constant, as is usual.
 */
import type { Tensor } from "../gpu/tensor.ts";
import { combine } from "../kernels/combine.ts";
import { dropout } from "../kernels/dropout.ts";
import { disposing } from "./disposing.ts";
import type { EquilibriumCell } from "./equilibrium_cell.ts";
import { type EquilibriumStep, numbers, stepOf } from "./equilibrium_steps.ts";
import type { TrainingPass } from "./pass.ts";

/** h: states are of order 1, float32's roundings 1e-5 of it. */
const DIFFERENCE = 1e-2;

/** The step at Z* + h v, and the term's gradient by its f; that by f(Z*) is the negative. */
export interface JacobianSaved extends Disposable {
  /** The step at Z* + h v. */
  readonly step: EquilibriumStep;
  /** [nodes, channels]: the term's gradient by that step's f. */
  readonly slope: Tensor;
}

/** Evaluates the cell beside the solution z, where it gives y; v is the step's own. */
export function jacobianTerm(
  cell: EquilibriumCell,
  pass: TrainingPass,
  { z, x, y }: Record<"z" | "x" | "y", Tensor>,
  weight: number,
): JacobianSaved {
  const { gpu, rows, cols } = z;
  const scale = 2 * weight / (DIFFERENCE ** 2 * rows * cols);
  using ends = numbers(gpu, 1, DIFFERENCE, -DIFFERENCE);
  using slopes = numbers(gpu, scale, -scale);
  const data = new Float32Array(rows * cols).fill(1);
  using ones = gpu.upload({ data, rows, cols }, "activations");
  // A mask of 0 and 2, less 1; the cell's own is that of layer 0.
  const { keys } = pass.masks;
  using twos = dropout(ones, { keys, rate: 0.5, stream: "layers", layer: 1, firstChannel: 0 });
  const moved = gpu.empty(rows, cols);
  gpu.copy(z, moved);
  combine(moved, [twos, ones], ends, 0);
  const { y: slope, saved } = cell.forward(pass, moved, x);
  combine(slope, [y], slopes, 0);
  return disposing({ step: stepOf(moved, saved), slope });
}
