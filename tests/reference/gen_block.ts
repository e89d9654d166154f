/** A branch f: X̂ = mask ⊙ ReLU(LayerNorm(X)), f(X) = GEN(X̂) (gen_convolution.ts) with max. */
import type { InEdges } from "./gen_aggregate.ts";
import {
  genConvolution,
  genConvolutionBackward,
  type GenConvolutionParams,
} from "./gen_convolution.ts";
import type { Dense } from "./matrix.ts";
import { normAct, normActBackward } from "./norm_act.ts";

/** One branch's weights, named as in the public code. The gradients have the same structure. */
export interface BlockParams extends GenConvolutionParams {
  /** [2, d]. */
  norm: Dense;
}

/** Applies the branch to x [N, d]; outer [F + 1, D], if edges are encoded, is shared by all branches. */
export function genBlock(
  graph: InEdges,
  edgeFeatures: Dense,
  outer: Dense | undefined,
  params: BlockParams,
  x: Dense,
  mask?: Dense,
): Dense {
  return genConvolution({ graph, edgeFeatures, outer }, params, normAct(x, params.norm, mask));
}

/** The gradients of one branch; it is computed again from x first. */
export function genBlockBackward(
  graph: InEdges,
  edgeFeatures: Dense,
  outer: Dense | undefined,
  params: BlockParams,
  x: Dense,
  dy: Dense,
  mask?: Dense,
): { dx: Dense; dOuter?: Dense; dParams: BlockParams } {
  const activated = normAct(x, params.norm, mask);
  const edges = { graph, edgeFeatures, outer };
  const { dx: dActivated, dOuter, dParams } = genConvolutionBackward(edges, params, activated, dy);
  const { dx, dAffine } = normActBackward(x, params.norm, dActivated, mask);
  return { dx, ...dOuter && { dOuter }, dParams: { norm: dAffine, ...dParams } };
}
