/** Two states that step towards f of each other in turn, from zeros: what a reversible solve computes. */
import { cell, type CellParams } from "./equilibrium_cell.ts";
import type { InEdges } from "./gen_aggregate.ts";
import type { Operator } from "./graph_convolution.ts";
import { type Dense, dense } from "./matrix.ts";

/** The state [N, d] that the last of some steps by a damping β has changed. */
export function reversibleEquilibrium(
  operator: Operator,
  graph: InEdges,
  params: CellParams,
  x: Dense,
  { steps, damping }: { steps: number; damping: number },
  mask?: Dense,
): Dense {
  let [changed, from] = [dense(x.rows, x.cols), dense(x.rows, x.cols)];
  for (let step = 0; step < steps; step++) {
    const f = cell(operator, graph, params, from, x, mask);
    const next = {
      ...f,
      data: changed.data.map((value, k) => (1 - damping) * value + damping * f.data[k]!),
    };
    [changed, from] = [from, next];
  }
  return from;
}
