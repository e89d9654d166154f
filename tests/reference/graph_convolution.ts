/**
 * GCN, y = Â x W + b, and SAGE, y = [x | M x] W + b, with Â and M written out densely:
 * Â = D^-½ (A + I) D^-½ where I replaces A's own diagonal, M = A with its rows divided by their sums.
 * Weights [edges] are of GCN's A, where a node's own, if it has a loop, replaces its 1 of I.
 */
import type { InEdges as Edges } from "./gen_aggregate.ts";
import { linear, linearBackward } from "./linear.ts";
import { columns, concatColumns } from "./copy_columns.ts";
import { add, type Dense, dense, row } from "./matrix.ts";

export type Operator = "gcn" | "sage";
type InEdges = Edges & { readonly weights?: ArrayLike<number> | undefined };

/** Applies the convolution to x [N, d]; weight is [d + 1, d], for SAGE [2d + 1, d]. */
export function graphConvolution(
  operator: Operator,
  graph: InEdges,
  x: Dense,
  weight: Dense,
): Dense {
  return linear(inputOf(operator, graph, x), weight);
}

/** The gradients of the convolution. */
export function graphConvolutionBackward(
  operator: Operator,
  graph: InEdges,
  x: Dense,
  weight: Dense,
  dy: Dense,
): { dx: Dense; dWeight: Dense } {
  const { dx: dInput, dWeight } = linearBackward(inputOf(operator, graph, x), weight, dy);
  const matrix = matrixOf(operator, graph);
  if (operator === "gcn") return { dx: product(transposed(matrix), dInput), dWeight };
  const [dRoot, dMean] = [0, x.cols].map((first) => columns(dInput, first, x.cols));
  return { dx: add(dRoot!, product(transposed(matrix), dMean!)), dWeight };
}

/** Â or M, [N, N]. */
export function matrixOf(operator: Operator, { rowPtr, colIdx, weights }: InEdges): Dense {
  const nodes = rowPtr.length - 1;
  const matrix = dense(nodes, nodes);
  for (let i = 0; i < nodes; i++) {
    let own = 1;
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
      const weight = operator === "gcn" ? weights?.[e] ?? 1 : 1;
      row(matrix, i)[colIdx[e]!]! += weight;
      if (colIdx[e] === i) own = weight;
    }
    if (operator === "gcn") row(matrix, i)[i] = own;
  }
  const degrees = Array.from(
    { length: nodes },
    (_, i) => row(matrix, i).reduce((sum, count) => sum + count, 0),
  );
  for (let i = 0; i < nodes; i++) {
    const scale = (j: number) =>
      operator === "gcn" ? Math.sqrt(degrees[i]! * degrees[j]!) : Math.max(1, degrees[i]!);
    row(matrix, i).forEach((count, j) => row(matrix, i)[j] = count / scale(j));
  }
  return matrix;
}

function inputOf(operator: Operator, graph: InEdges, x: Dense): Dense {
  const aggregated = product(matrixOf(operator, graph), x);
  return operator === "gcn" ? aggregated : concatColumns([x, aggregated]);
}

function product(a: Dense, b: Dense): Dense {
  const c = dense(a.rows, b.cols);
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.cols; k++) {
      for (let j = 0; j < b.cols; j++) row(c, i)[j]! += row(a, i)[k]! * row(b, k)[j]!;
    }
  }
  return c;
}

function transposed(a: Dense): Dense {
  const t = dense(a.cols, a.rows);
  for (let i = 0; i < a.rows; i++) row(a, i).forEach((value, j) => row(t, j)[i] = value);
  return t;
}
