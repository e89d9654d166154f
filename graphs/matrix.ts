/** Makes dense matrices of float32, and takes rows of them. */
import type { Matrix } from "./graph.ts";

/** Most bytes of a matrix that a file does not hold itself: it is dense, here and on the device. */
export const LARGEST_MATRIX = 512 * 2 ** 20;

/** The most columns that such a matrix of so many rows may have. */
export function mostColumns(rows: number): number {
  return Math.floor(LARGEST_MATRIX / 4 / rows);
}

/** A file that a graph is read from: composes an error in it, from a clause. */
export interface Source {
  broken(state: string): Error;
}

/** Refuses a matrix that is too large to be held dense. */
export function checkSize(
  source: Source,
  name: string,
  rows: number,
  cols: number,
  remedy = "",
): void {
  if (cols <= mostColumns(rows)) return;
  const mebibytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);
  throw source.broken(
    `${name} would be too large: ${rows} × ${cols} floats take ${
      mebibytes(rows * cols * 4)
    } MiB, ` +
      `expected at most ${mebibytes(LARGEST_MATRIX)} MiB or ` +
      `${mostColumns(rows)} columns${remedy}`,
  );
}

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

/** [columns]: the mean of each column over some rows, without what is missing (NaN); 0 where all is. */
export function columnMeans({ data, cols }: Matrix, rows: Uint32Array): Float64Array {
  const [sums, counts] = [new Float64Array(cols), new Float64Array(cols)];
  for (const row of rows) {
    for (let col = 0; col < cols; col++) {
      const value = data[row * cols + col]!;
      if (Number.isNaN(value)) continue;
      sums[col]! += value;
      counts[col]!++;
    }
  }
  return sums.map((sum, col) => sum / Math.max(1, counts[col]!));
}
