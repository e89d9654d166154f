/** Node features beside the means of those around them. */
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { zeros } from "../../graphs/matrix.ts";

/** Features and one-hot categories beside each other. */
export function withCategories({ x, oneHot }: Graph): Matrix {
  return oneHot ? beside([x, oneHot]) : x;
}

/** X, PX, …, PʰX beside each other, where P is the mean over in-edges. */
export function withHops(graph: Graph, x: Matrix, hops: number): Matrix {
  const all = [x];
  for (let hop = 0; hop < hops; hop++) all.push(meanOverEdges(graph, all.at(-1)!));
  return beside(all);
}

/** The mean over a node's in-edges of their sources' rows; 0 without any. */
function meanOverEdges({ nodes, rowPtr, colIdx }: Graph, { data, cols }: Matrix): Matrix {
  const out = zeros(nodes, cols);
  const sums = new Float64Array(cols);
  for (let i = 0; i < nodes; i++) {
    const degree = rowPtr[i + 1]! - rowPtr[i]!;
    if (degree === 0) continue;
    sums.fill(0);
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
      const source = colIdx[e]! * cols;
      for (let c = 0; c < cols; c++) sums[c]! += data[source + c]!;
    }
    for (let c = 0; c < cols; c++) out.data[i * cols + c] = sums[c]! / degree;
  }
  return out;
}

function beside(matrices: readonly Matrix[]): Matrix {
  const [{ rows }] = matrices as [Matrix];
  const out = zeros(rows, matrices.reduce((sum, { cols }) => sum + cols, 0));
  let first = 0;
  for (const { data, cols } of matrices) {
    for (let row = 0; row < rows; row++) {
      out.data.set(data.subarray(row * cols, (row + 1) * cols), row * out.cols + first);
    }
    first += cols;
  }
  return out;
}
