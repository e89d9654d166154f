/**
 * GEN's max aggregation: y_i = x_i + max_{e = (j→i)} m_e, m_e = ReLU(z_e) + ε,
 * z_e = x_j + Σ_f u_ef encoder[f, :] + encoder[F, :]. A node without in-edges receives 0.
 */
import type { Graph } from "../../graphs/graph.ts";
import { type Dense, dense, row } from "./matrix.ts";

export const EPSILON = 1e-7;

/** In-edges by compressed rows. */
export type InEdges = Pick<Graph, "rowPtr" | "colIdx">;

/**
 * Aggregates x [N, d] with edgeFeatures [M, F] and encoder [F + 1, d], if there is one. winner [N, d] is the place
 * within its row of the first edge whose z is the largest and positive, or -1: no gradient then.
 */
export function genAggregate(
  graph: InEdges,
  x: Dense,
  edgeFeatures: Dense,
  encoder?: Dense,
): { y: Dense; winner: Int32Array } {
  const y = dense(x.rows, x.cols);
  const winner = new Int32Array(x.rows * x.cols).fill(-1);
  for (let i = 0; i < x.rows; i++) {
    const [first, end] = [graph.rowPtr[i]!, graph.rowPtr[i + 1]!];
    const largest = new Float64Array(x.cols);
    for (let e = first; e < end; e++) {
      const z = beforeRelu(row(x, graph.colIdx[e]!), row(edgeFeatures, e), encoder);
      for (let c = 0; c < x.cols; c++) {
        if (!(z[c]! > largest[c]!)) continue;
        largest[c] = z[c]!;
        winner[i * x.cols + c] = e - first;
      }
    }
    for (let c = 0; c < x.cols; c++) {
      row(y, i)[c] = row(x, i)[c]! + (end > first ? largest[c]! + EPSILON : 0);
    }
  }
  return { y, winner };
}

/** dx_i gets dy_i; of each (node, channel) the winning edge passes dy on to x_j and the encoder. */
export function genAggregateBackward(
  graph: InEdges,
  x: Dense,
  edgeFeatures: Dense,
  encoder: Dense | undefined,
  dy: Dense,
): { dx: Dense; dEncoder: Dense } {
  const { winner } = genAggregate(graph, x, edgeFeatures, encoder);
  const dx = { ...dy, data: dy.data.slice() };
  const dEncoder = dense(edgeFeatures.cols + 1, x.cols);
  for (let i = 0; i < x.rows; i++) {
    for (let c = 0; c < x.cols; c++) {
      const place = winner[i * x.cols + c]!;
      if (place < 0) continue;
      const e = graph.rowPtr[i]! + place;
      const slope = row(dy, i)[c]!;
      row(dx, graph.colIdx[e]!)[c]! += slope;
      for (let f = 0; f < edgeFeatures.cols; f++) {
        row(dEncoder, f)[c]! += slope * row(edgeFeatures, e)[f]!;
      }
      row(dEncoder, edgeFeatures.cols)[c]! += slope;
    }
  }
  return { dx, dEncoder };
}

/** z_e, or x_j itself without an encoder. */
export function beforeRelu(
  xj: Float64Array,
  features: Float64Array,
  encoder: Dense | undefined,
): Float64Array {
  if (encoder === undefined) return xj;
  const bias = row(encoder, features.length);
  const z = xj.map((value, c) => value + bias[c]!);
  features.forEach((feature, f) => {
    const weights = row(encoder, f);
    for (let c = 0; c < z.length; c++) z[c]! += feature * weights[c]!;
  });
  return z;
}
