/**
 * A branch f: X̂ = mask ⊙ ReLU(LayerNorm(X)), E = compose(outer, inner), H = X̂ + max ReLU(X̂ + E u) + ε,
 * f(X) = Linear(ReLU(LayerNorm(Linear(H)))): d → 2d → d channels.
 */
import { compose, composeBackward } from "./compose.ts";
import { genAggregate, genAggregateBackward, type InEdges } from "./gen_aggregate.ts";
import { linear, linearBackward } from "./linear.ts";
import type { Dense } from "./matrix.ts";
import { normAct, normActBackward } from "./norm_act.ts";

/** One branch's weights, named as in the public code. The gradients have the same structure. */
export interface BlockParams {
  /** [2, d]. */
  norm: Dense;
  /** [D + 1, d]: follows the encoder that all branches share. */
  edgeEncoder: Dense;
  /** [d + 1, 2d]. */
  mlp0: Dense;
  /** [2, 2d]. */
  mlpNorm: Dense;
  /** [2d + 1, d]. */
  mlp3: Dense;
}

/** Applies the branch to x [N, d]; outerEncoder [F + 1, D] is shared by all branches. */
export function genBlock(
  graph: InEdges,
  edgeFeatures: Dense,
  outerEncoder: Dense,
  params: BlockParams,
  x: Dense,
  mask?: Dense,
): Dense {
  const activated = normAct(x, params.norm, mask);
  const encoder = compose(outerEncoder, params.edgeEncoder);
  const { y: aggregated } = genAggregate(graph, activated, edgeFeatures, encoder);
  const hidden = linear(aggregated, params.mlp0);
  return linear(normAct(hidden, params.mlpNorm), params.mlp3);
}

/** The gradients of one branch; it is computed again from x first. */
export function genBlockBackward(
  graph: InEdges,
  edgeFeatures: Dense,
  outerEncoder: Dense,
  params: BlockParams,
  x: Dense,
  dy: Dense,
  mask?: Dense,
): { dx: Dense; dOuter: Dense; dParams: BlockParams } {
  const activated = normAct(x, params.norm, mask);
  const encoder = compose(outerEncoder, params.edgeEncoder);
  const { y: aggregated } = genAggregate(graph, activated, edgeFeatures, encoder);
  const hidden = linear(aggregated, params.mlp0);

  const last = linearBackward(normAct(hidden, params.mlpNorm), params.mlp3, dy);
  const middle = normActBackward(hidden, params.mlpNorm, last.dx);
  const first = linearBackward(aggregated, params.mlp0, middle.dx);
  const messages = genAggregateBackward(graph, activated, edgeFeatures, encoder, first.dx);
  const encoders = composeBackward(outerEncoder, params.edgeEncoder, messages.dEncoder);
  const entry = normActBackward(x, params.norm, messages.dx, mask);
  return {
    dx: entry.dx,
    dOuter: encoders.dOuter,
    dParams: {
      norm: entry.dAffine,
      edgeEncoder: encoders.dInner,
      mlp0: first.dWeight,
      mlpNorm: middle.dAffine,
      mlp3: last.dWeight,
    },
  };
}
