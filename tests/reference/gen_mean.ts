/**
 * GEN's other aggregations of a node's messages m_e = ReLU(z_e) + ε (gen_aggregate.ts), n of them:
 * add Σ m, mean Σ m / n, softmax Σ w m with w = softmax(t m), softmax_sg where w counts as constant, power
 * (Σ clamp(m, 1e-7, 10)ᵖ / n)^(1/p); with y times n^sigmoid(y). A node without in-edges receives 0.
 */
import { beforeRelu, EPSILON, type InEdges } from "./gen_aggregate.ts";
import { type Dense, dense, row } from "./matrix.ts";

export interface Mean {
  kind: "add" | "mean" | "softmax" | "softmax_sg" | "power";
  /** t or p. */
  exponent: number;
  /** y. */
  degreePower?: number | undefined;
}

export interface MeanGradients {
  dx: Dense;
  dEncoder: Dense;
  dExponent: number;
  dDegreePower: number;
}

const MOST = 10;

/** Aggregates x [N, d] with edgeFeatures [M, F] and encoder [F + 1, d]; without one m = ReLU(x_j) + ε. */
export function genMean(
  graph: InEdges,
  x: Dense,
  edgeFeatures: Dense,
  encoder: Dense | undefined,
  mean: Mean,
): Dense {
  const y = dense(x.rows, x.cols);
  forEachRow(graph, x, edgeFeatures, encoder, (i, c, z) => {
    row(y, i)[c] = degreeScale(mean, z.length) * aggregate(mean, z.map(messageOf));
  });
  return y;
}

/** The gradients of x, the encoder, t or p, and y. */
export function genMeanBackward(
  graph: InEdges,
  x: Dense,
  edgeFeatures: Dense,
  encoder: Dense | undefined,
  mean: Mean,
  dy: Dense,
): MeanGradients {
  const dx = dense(x.rows, x.cols);
  const dEncoder = dense(edgeFeatures.cols + 1, x.cols);
  let [dExponent, dDegreePower] = [0, 0];
  forEachRow(graph, x, edgeFeatures, encoder, (i, c, z) => {
    const messages = z.map(messageOf);
    const scale = degreeScale(mean, z.length);
    const slope = row(dy, i)[c]! * scale;
    const slopes = slopesOf(mean, messages);
    dExponent += slope * slopes.exponent;
    if (mean.degreePower !== undefined) {
      const power = sigmoid(mean.degreePower);
      dDegreePower += slope * aggregate(mean, messages) * Math.log(z.length) * power * (1 - power);
    }
    z.forEach((value, place) => {
      if (value <= 0) return;
      const e = graph.rowPtr[i]! + place;
      const dz = slope * slopes.messages[place]!;
      row(dx, graph.colIdx[e]!)[c]! += dz;
      row(edgeFeatures, e).forEach((feature, f) => row(dEncoder, f)[c]! += dz * feature);
      row(dEncoder, edgeFeatures.cols)[c]! += dz;
    });
  });
  return { dx, dEncoder, dExponent, dDegreePower };
}

function aggregate({ kind, exponent }: Mean, m: number[]): number {
  switch (kind) {
    case "add":
      return sum(m);
    case "mean":
      return sum(m) / m.length;
    case "softmax":
    case "softmax_sg": {
      const weights = softmax(m.map((m) => exponent * m));
      return sum(m.map((m, k) => weights[k]! * m));
    }
    case "power":
      return powerMean(exponent, m);
  }
}

/** The aggregate's slopes by each message and by t or p. */
function slopesOf(mean: Mean, m: number[]): { messages: number[]; exponent: number } {
  const { kind, exponent } = mean;
  const average = aggregate(mean, m);
  switch (kind) {
    case "add":
      return { messages: m.map(() => 1), exponent: 0 };
    case "mean":
      return { messages: m.map(() => 1 / m.length), exponent: 0 };
    case "softmax":
    case "softmax_sg": {
      const w = softmax(m.map((m) => exponent * m));
      if (kind === "softmax_sg") return { messages: w, exponent: 0 };
      return {
        messages: m.map((m, k) => w[k]! * (1 + exponent * (m - average))),
        exponent: sum(m.map((m, k) => w[k]! * m * (m - average))),
      };
    }
    case "power": {
      // Weights of the logarithms; each is mᵖ over the sum.
      const w = softmax(m.map((m) => exponent * Math.log(Math.min(m, MOST))));
      const log = sum(m.map((m, k) => w[k]! * Math.log(Math.min(m, MOST))));
      return {
        messages: m.map((m, k) => m > MOST ? 0 : average * w[k]! / m),
        exponent: average / exponent * (log - Math.log(average)),
      };
    }
  }
}

function powerMean(p: number, m: number[]): number {
  const largest = Math.max(...m.map((m) => p * Math.log(Math.min(m, MOST))));
  const mean = sum(m.map((m) => Math.exp(p * Math.log(Math.min(m, MOST)) - largest))) / m.length;
  return Math.exp((largest + Math.log(mean)) / p);
}

function softmax(values: number[]): number[] {
  const largest = Math.max(...values);
  const powers = values.map((value) => Math.exp(value - largest));
  return powers.map((power) => power / sum(powers));
}

function degreeScale({ degreePower }: Mean, n: number): number {
  return degreePower === undefined ? 1 : n ** sigmoid(degreePower);
}

function messageOf(z: number): number {
  return Math.max(z, 0) + EPSILON;
}

function sigmoid(y: number): number {
  return 1 / (1 + Math.exp(-y));
}

function sum(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** Visits every channel of every node that has in-edges, with the z of those. */
function forEachRow(
  { rowPtr, colIdx }: InEdges,
  x: Dense,
  edgeFeatures: Dense,
  encoder: Dense | undefined,
  visit: (node: number, channel: number, z: number[]) => void,
): void {
  for (let i = 0; i < x.rows; i++) {
    const z: Float64Array[] = [];
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
      z.push(beforeRelu(row(x, colIdx[e]!), row(edgeFeatures, e), encoder));
    }
    if (z.length === 0) continue;
    for (let c = 0; c < x.cols; c++) visit(i, c, z.map((z) => z[c]!));
  }
}
