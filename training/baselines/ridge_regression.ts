/**
 * Ridge regression of the labels on the features of training nodes, with an intercept:
 *
 *     W = (XᵀX + λI)⁻¹ XᵀY = Xᵀ(XXᵀ + λI)⁻¹ Y,    X and Y less their means;
 *
 * by the first form where there are more nodes than columns, else by the second, in float64.
 */
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { columnMeans, zeros } from "../../graphs/matrix.ts";
import { choleskyFactor, solveFactored } from "../../solvers/cholesky.ts";

/** Strengths λ that are tried, in units of the trace of XᵀX over the lesser of nodes and columns. */
export const STRENGTHS = [1e-3, 1e-2, 0.1, 1, 10] as const;

/** Multiplications that a regression may take: about two minutes of one core. */
export const MOST_WORK = 1e11;

/** A linear map with an intercept: ŷ = (x − meanX) W + meanY. */
export interface LinearMap {
  /** [columns, tasks] */
  readonly weight: Float64Array;
  readonly meanX: Float64Array;
  readonly meanY: Float64Array;
}

/** Multiplications of a regression on so many columns, with all strengths. */
export function regressionWork(
  { labels, split: { train, valid, test } }: Graph,
  columns: number,
): number {
  const [less, more] = [train.length, columns].sort((a, b) => a - b) as [number, number];
  const solving = STRENGTHS.length * (less ** 3 / 6 + (less ** 2 + less * more) * labels.cols);
  const scored = STRENGTHS.length * (valid.length + test.length);
  return less ** 2 * more / 2 + solving + scored * columns * labels.cols;
}

/** Yields the map of each strength; a missing label counts as its task's mean. */
export function* ridgeRegressions(x: Matrix, graph: Graph): Generator<LinearMap> {
  const { split: { train } } = graph;
  const features = centred(x, train);
  const targets = centred(graph.labels, train);
  const [n, d, tasks] = [train.length, x.cols, graph.labels.cols];
  const wide = d > n;
  const gram = wide ? outer(features.data, n, d) : inner(features.data, n, d);
  const side = wide ? n : d;
  let trace = 0;
  for (let i = 0; i < side; i++) trace += gram[i * side + i]!;
  const moments = wide ? targets.data : product(features.data, targets.data, n, d, tasks);
  for (const strength of STRENGTHS) {
    const system = gram.slice();
    // Features that are all the same have no diagonal, and no weight.
    const lambda = strength * (trace / side || 1);
    for (let i = 0; i < side; i++) system[i * side + i]! += lambda;
    const solved = solve(system, moments, tasks);
    const weight = wide ? product(features.data, solved, n, d, tasks) : solved;
    yield { weight, meanX: features.means, meanY: targets.means };
  }
}

/** ŷ [nodes, tasks] of some nodes. */
export function predictLinear(
  { weight, meanX, meanY }: LinearMap,
  x: Matrix,
  nodes: Uint32Array,
): Matrix {
  const cols = meanY.length;
  const out = zeros(nodes.length, cols);
  const sums = new Float64Array(cols);
  nodes.forEach((node, row) => {
    sums.set(meanY);
    for (let k = 0; k < x.cols; k++) {
      const value = x.data[node * x.cols + k]! - meanX[k]!;
      for (let c = 0; c < cols; c++) sums[c]! += value * weight[k * cols + c]!;
    }
    out.data.set(sums, row * cols);
  });
  return out;
}

/** The rows of some nodes less each column's mean; what is missing becomes the mean. */
function centred(matrix: Matrix, nodes: Uint32Array) {
  const { data, cols } = matrix;
  const means = columnMeans(matrix, nodes);
  const rows = new Float64Array(nodes.length * cols);
  nodes.forEach((node, row) => {
    for (let c = 0; c < cols; c++) {
      const value = data[node * cols + c]!;
      rows[row * cols + c] = Number.isNaN(value) ? 0 : value - means[c]!;
    }
  });
  return { data: rows, means };
}

/** X of A X = B for positive definite A [n, n], whose lower triangle alone is read, and B [n, cols]. */
function solve(a: Float64Array, b: Float64Array, cols: number): Float64Array {
  const n = b.length / cols;
  const lower = choleskyFactor(Array.from({ length: n }, (_, i) => a.subarray(i * n, (i + 1) * n)));
  if (lower === undefined) throw new RangeError("Cannot regress on features that are no numbers");
  const x = new Float64Array(b.length);
  for (let c = 0; c < cols; c++) {
    const right = Float64Array.from({ length: n }, (_, i) => b[i * cols + c]!);
    solveFactored(lower, right).forEach((value, i) => x[i * cols + c] = value);
  }
  return x;
}

/** XᵀX [d, d] of X [n, d]; its lower triangle alone. */
function inner(x: Float64Array, n: number, d: number): Float64Array {
  const out = new Float64Array(d * d);
  for (let row = 0; row < n; row++) {
    const begin = row * d;
    for (let i = 0; i < d; i++) {
      const factor = x[begin + i]!;
      if (factor === 0) continue;
      for (let j = 0; j <= i; j++) out[i * d + j]! += factor * x[begin + j]!;
    }
  }
  return out;
}

/** XXᵀ [n, n] of X [n, d]; its lower triangle alone. */
function outer(x: Float64Array, n: number, d: number): Float64Array {
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = 0; k < d; k++) sum += x[i * d + k]! * x[j * d + k]!;
      out[i * n + j] = sum;
    }
  }
  return out;
}

/** XᵀB [d, cols] of X [n, d] and B [n, cols]. */
function product(x: Float64Array, b: Float64Array, n: number, d: number, cols: number) {
  const out = new Float64Array(d * cols);
  for (let row = 0; row < n; row++) {
    for (let i = 0; i < d; i++) {
      const factor = x[row * d + i]!;
      if (factor === 0) continue;
      for (let c = 0; c < cols; c++) out[i * cols + c]! += factor * b[row * cols + c]!;
    }
  }
  return out;
}
