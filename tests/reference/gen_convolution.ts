/**
 * GEN convolution: E = compose(outer, inner), H = x + aggregated messages (gen_aggregation.ts),
 * y = Linear(ReLU(LayerNorm(Linear(H)))): d → 2d → d channels.
 */
import { compose, composeBackward } from "./compose.ts";
import type { InEdges } from "./gen_aggregate.ts";
import { type Aggregation, genAggregation, genAggregationBackward } from "./gen_aggregation.ts";
import { linear, linearBackward } from "./linear.ts";
import type { Dense } from "./matrix.ts";
import { normAct, normActBackward } from "./norm_act.ts";

/** A convolution's weights, named as in the public code. The gradients have the same structure. */
export interface GenConvolutionParams {
  /** [D + 1, d]: follows the encoder that all branches share. Absent where edges are not encoded. */
  edgeEncoder?: Dense;
  /** [d + 1, 2d]. */
  mlp0: Dense;
  /** [2, 2d]. */
  mlpNorm: Dense;
  /** [2d + 1, d]. */
  mlp3: Dense;
}

/** What it aggregates over: outer [F + 1, D] is shared by all branches, where edges are encoded. */
export interface Edges {
  graph: InEdges;
  edgeFeatures: Dense;
  outer?: Dense | undefined;
  /** Default max. */
  aggregation?: Aggregation | undefined;
}

/** Applies the convolution to x [N, d]. */
export function genConvolution(edges: Edges, params: GenConvolutionParams, x: Dense): Dense {
  const hidden = linear(aggregated(edges, params, x), params.mlp0);
  return linear(normAct(hidden, params.mlpNorm), params.mlp3);
}

/** The gradients of the convolution, and of what its aggregation has learned. */
export function genConvolutionBackward(
  edges: Edges,
  params: GenConvolutionParams,
  x: Dense,
  dy: Dense,
): {
  dx: Dense;
  dOuter?: Dense;
  dParams: GenConvolutionParams;
  dLearned: { dExponent: Dense; dDegreePower: Dense; dMessageScale: Dense };
} {
  const { graph, edgeFeatures, outer, aggregation = {} } = edges;
  const sum = aggregated(edges, params, x);
  const hidden = linear(sum, params.mlp0);
  const last = linearBackward(normAct(hidden, params.mlpNorm), params.mlp3, dy);
  const middle = normActBackward(hidden, params.mlpNorm, last.dx);
  const first = linearBackward(sum, params.mlp0, middle.dx);
  const encoder = encoderOf(edges, params);
  const { dx, dEncoder, ...dLearned } = genAggregationBackward(
    graph,
    x,
    edgeFeatures,
    encoder,
    aggregation,
    first.dx,
  );
  const dMlp = { mlp0: first.dWeight, mlpNorm: middle.dAffine, mlp3: last.dWeight };
  if (outer === undefined) return { dx, dParams: dMlp, dLearned };
  const { dOuter, dInner } = composeBackward(outer, params.edgeEncoder!, dEncoder);
  return { dx, dOuter, dParams: { edgeEncoder: dInner, ...dMlp }, dLearned };
}

function aggregated(edges: Edges, params: GenConvolutionParams, x: Dense): Dense {
  const { graph, edgeFeatures, aggregation = {} } = edges;
  return genAggregation(graph, x, edgeFeatures, encoderOf(edges, params), aggregation);
}

function encoderOf({ outer }: Edges, { edgeEncoder }: GenConvolutionParams): Dense | undefined {
  return outer && compose(outer, edgeEncoder!);
}
