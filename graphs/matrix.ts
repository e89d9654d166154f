/** Makes dense matrices of float32, and takes rows of them. */
import type { Matrix } from "./graph.ts";

/** A matrix of zeros, to be filled through `data`. */
export function zeros(rows: number, cols: number): Matrix {
  return { data: new Float32Array(rows * cols), rows, cols };
}

/** Returns out[k, :] = matrix[rows[k], :]; a row may be taken twice. */
export function takeRows(matrix: Matrix, rows: Uint32Array): Matrix {
  const { data, cols } = matrix;
  const out = zeros(rows.length, cols);
  for (let k = 0, to = 0; k < rows.length; k++) {
    const from = rows[k]! * cols;
    for (let c = 0; c < cols; c++) out.data[to++] = data[from + c]!;
  }
  return out;
}
