/** The fixed point z = f(z; x) of equilibrium_cell.ts, by plain iteration to float64's limit. */
import { cell, type CellParams } from "./equilibrium_cell.ts";
import type { InEdges } from "./gen_aggregate.ts";
import type { Operator } from "./graph_convolution.ts";
import { type Dense, dense } from "./matrix.ts";

/** Rounding's own size, and more steps than a contraction by 0.98 takes to reach it. */
const CHANGE = 1e-14;
const STEPS = 2000;

/** z* [N, d]; throws where f does not contract. */
export function equilibrium(
  operator: Operator,
  graph: InEdges,
  params: CellParams,
  x: Dense,
  mask?: Dense,
): Dense {
  let z = dense(x.rows, x.cols);
  for (let step = 0; step < STEPS; step++) {
    const next = cell(operator, graph, params, z, x, mask);
    const change = next.data.reduce((most, v, k) => Math.max(most, Math.abs(v - z.data[k]!)), 0);
    z = next;
    if (change <= CHANGE) return z;
  }
  throw new Error("the function of the test does not contract");
}

/** ‖f(z + h v) − f(z)‖² / (h² N d): of the Jacobian's norm, by a difference quotient along v. */
export function jacobianNorm(
  f: (z: Dense) => Dense,
  z: Dense,
  v: Dense,
  h: number,
): number {
  const moved = f({ ...z, data: z.data.map((value, k) => value + h * v.data[k]!) });
  const here = f(z);
  const squares = moved.data.reduce((sum, value, k) => sum + (value - here.data[k]!) ** 2, 0);
  return squares / (h * h * z.data.length);
}
