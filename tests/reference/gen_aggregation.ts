/** x + m, m one of GEN's aggregations (gen_aggregate.ts, gen_mean.ts), normalised or not (message_norm.ts). */
import { genAggregate, genAggregateBackward, type InEdges } from "./gen_aggregate.ts";
import { genMean, genMeanBackward, type Mean } from "./gen_mean.ts";
import { add, type Dense, dense } from "./matrix.ts";
import { messageNorm, messageNormBackward } from "./message_norm.ts";

export interface Aggregation {
  /** Absent: max. */
  mean?: Mean | undefined;
  /** s; absent: no message norm. */
  messageScale?: number | undefined;
}

export interface AggregationGradients {
  dx: Dense;
  dEncoder: Dense;
  /** [1, 1] each, 0 where there is no such value: of t or p, y and s. */
  dExponent: Dense;
  dDegreePower: Dense;
  dMessageScale: Dense;
}

/** Aggregates x [N, d] with edgeFeatures [M, F] and, if there is one, encoder [F + 1, d]. */
export function genAggregation(
  graph: InEdges,
  x: Dense,
  edgeFeatures: Dense,
  encoder: Dense | undefined,
  aggregation: Aggregation,
): Dense {
  const m = messagesOf(graph, x, edgeFeatures, encoder, aggregation);
  const { messageScale } = aggregation;
  return messageScale === undefined ? add(x, m) : messageNorm(x, m, messageScale);
}

/** The gradients of x, the encoder and what is learned. */
export function genAggregationBackward(
  graph: InEdges,
  x: Dense,
  edgeFeatures: Dense,
  encoder: Dense | undefined,
  aggregation: Aggregation,
  dy: Dense,
): AggregationGradients {
  const { mean, messageScale } = aggregation;
  const m = messagesOf(graph, x, edgeFeatures, encoder, aggregation);
  const { dx, dm, dMessageScale } = messageScale === undefined
    ? { dx: dy, dm: dy, dMessageScale: 0 }
    : messageNormBackward(x, m, messageScale, dy);
  const messages = mean === undefined
    ? ofMessages(genAggregateBackward(graph, x, edgeFeatures, encoder, dm), dm)
    : genMeanBackward(graph, x, edgeFeatures, encoder, mean, dm);
  return {
    dx: add(dx, messages.dx),
    dEncoder: messages.dEncoder,
    dExponent: dense(1, 1, messages.dExponent),
    dDegreePower: dense(1, 1, messages.dDegreePower),
    dMessageScale: dense(1, 1, dMessageScale),
  };
}

/** The aggregate alone. */
function messagesOf(
  graph: InEdges,
  x: Dense,
  edgeFeatures: Dense,
  encoder: Dense | undefined,
  { mean }: Aggregation,
): Dense {
  if (mean !== undefined) return genMean(graph, x, edgeFeatures, encoder, mean);
  return minus(genAggregate(graph, x, edgeFeatures, encoder).y, x);
}

/** genAggregate's gradients without those of its own residual. */
function ofMessages({ dx, dEncoder }: { dx: Dense; dEncoder: Dense }, dm: Dense) {
  return { dx: minus(dx, dm), dEncoder, dExponent: 0, dDegreePower: 0 };
}

function minus(a: Dense, b: Dense): Dense {
  return { ...a, data: a.data.map((value, k) => value - b.data[k]!) };
}
