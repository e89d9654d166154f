/**
 * The function of a DEQ-GNN (paper §3.4) with GCN or SAGE convolutions: Z' = conv₁(Z),
 * f(Z) = LayerNorm(ReLU(conv₂(mask ⊙ ReLU(LayerNorm(Z' + X))) + Z')).
 */
import type { InEdges } from "./gen_aggregate.ts";
import { graphConvolution, graphConvolutionBackward, type Operator } from "./graph_convolution.ts";
import { add, type Dense } from "./matrix.ts";
import { actNorm, actNormBackward, normAct, normActBackward } from "./norm_act.ts";

/** Weights [d + 1, d], for SAGE [2d + 1, d], and norms [2, d]. The gradients have the same structure. */
export interface CellParams {
  first: Dense;
  norm1: Dense;
  second: Dense;
  norm2: Dense;
}

/** f(z; x), [N, d] all. */
export function cell(
  operator: Operator,
  graph: InEdges,
  params: CellParams,
  z: Dense,
  x: Dense,
  mask?: Dense,
): Dense {
  return actNorm(innerStates(operator, graph, params, z, x, mask).sum, params.norm2);
}

/** The gradients of z, x and the weights. */
export function cellBackward(
  operator: Operator,
  graph: InEdges,
  params: CellParams,
  z: Dense,
  x: Dense,
  dy: Dense,
  mask?: Dense,
): { dz: Dense; dx: Dense; dParams: CellParams } {
  const { injected, active, sum } = innerStates(operator, graph, params, z, x, mask);
  const last = actNormBackward(sum, params.norm2, dy);
  const second = graphConvolutionBackward(operator, graph, active, params.second, last.dx);
  const inner = normActBackward(injected, params.norm1, second.dx, mask);
  const first = graphConvolutionBackward(
    operator,
    graph,
    z,
    params.first,
    add(last.dx, inner.dx),
  );
  return {
    dz: first.dx,
    dx: inner.dx,
    dParams: {
      first: first.dWeight,
      norm1: inner.dAffine,
      second: second.dWeight,
      norm2: last.dAffine,
    },
  };
}

function innerStates(
  operator: Operator,
  graph: InEdges,
  params: CellParams,
  z: Dense,
  x: Dense,
  mask?: Dense,
) {
  const first = graphConvolution(operator, graph, z, params.first);
  const injected = add(first, x);
  const active = normAct(injected, params.norm1, mask);
  const sum = add(graphConvolution(operator, graph, active, params.second), first);
  return { injected, active, sum };
}
