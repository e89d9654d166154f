/** Entries of an npz file as what a graph needs, each breach with its entry and what was expected. */
import type { Matrix } from "./graph.ts";
import { zeros } from "./matrix.ts";
import type { NpyArray } from "./npy.ts";
import type { Npz } from "./npz.ts";

/** A matrix of features may take so much: it is held dense, here and on the device. */
const LARGEST_MATRIX = 512 * 2 ** 20;

/** Compressed sparse rows: those of row i stand at rowPtr[i] … rowPtr[i + 1] - 1. */
export interface SparseRows {
  readonly rows: number;
  readonly cols: number;
  readonly rowPtr: Uint32Array;
  readonly colIdx: Uint32Array;
  readonly values?: Float32Array;
}

/** An array, if its shape is as expected; null stands for any size. */
export function readShaped(npz: Npz, name: string, ...shape: (number | null)[]): NpyArray {
  const array = npz.read(name);
  const found = array.shape;
  if (found.length === shape.length && shape.every((size, d) => (size ?? found[d]) === found[d])) {
    return array;
  }
  const expected = shape.map((size) => size ?? "any").join(", ");
  throw npz.broken(
    `entry ${name} has the wrong shape: expected (${expected}), found (${found.join(", ")})`,
  );
}

/** Whole numbers from 0 and below a bound, such as nodes. */
export function checkIndices(
  npz: Npz,
  name: string,
  { data, shape }: NpyArray,
  below: number,
): Uint32Array {
  for (let k = 0; k < data.length; k++) {
    const value = data[k]!;
    if (value >= 0 && value < below && Number.isInteger(value)) continue;
    throw npz.broken(
      `${place(name, shape, k)} is ${value}: expected a whole number from 0, below ${below}`,
    );
  }
  return Uint32Array.from(data);
}

/** Finite numbers as float32. */
export function checkFloats(npz: Npz, name: string, { data, shape }: NpyArray): Float32Array {
  const floats = Float32Array.from(data);
  const at = floats.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return floats;
  throw npz.broken(
    `${place(name, shape, at)} is ${data[at]}: expected a finite number that float32 can hold`,
  );
}

/** The matrix of `prefix_shape`, `prefix_indptr`, `prefix_indices` and, if there, `prefix_data`. */
export function readSparse(npz: Npz, prefix: string): SparseRows {
  const size = `${prefix}_shape`;
  const [rows = 0, cols = 0] = checkIndices(npz, size, readShaped(npz, size, 2), 2 ** 32);
  const name = `${prefix}_indptr`;
  const indices = readShaped(npz, `${prefix}_indices`, null);
  const edges = indices.shape[0]!;
  const rowPtr = checkIndices(npz, name, readShaped(npz, name, rows + 1), edges + 1);
  const fall = rowPtr.findIndex((begin, i) => begin < (rowPtr[i - 1] ?? 0));
  if (fall >= 0) {
    throw npz.broken(
      `entry ${name} must ascend: ${name}[${fall}] is ${rowPtr[fall]} after ${rowPtr[fall - 1]}`,
    );
  }
  if (rowPtr[0] !== 0 || rowPtr[rows] !== edges) {
    throw npz.broken(
      `entry ${name} must span ${prefix}_indices: expected it from 0 to ${edges}, ` +
        `found ${rowPtr[0]} to ${rowPtr[rows]}`,
    );
  }
  const colIdx = checkIndices(npz, `${prefix}_indices`, indices, cols);
  const data = `${prefix}_data`;
  if (!npz.has(data)) return { rows, cols, rowPtr, colIdx };
  const values = checkFloats(npz, data, readShaped(npz, data, edges));
  return { rows, cols, rowPtr, colIdx, values };
}

/** Sparse rows made dense; where an entry is repeated, its values add up. */
export function denseFeatures(npz: Npz, name: string, sparse: SparseRows, most?: number): Matrix {
  const { rows, cols, rowPtr, colIdx, values } = sparse;
  const kept = keptColumns(cols, most, (count) => colIdx.forEach(count));
  checkSize(npz, name, rows, kept?.count ?? cols, ", keep fewer of them (--features)");
  const dense = zeros(rows, kept?.count ?? cols);
  for (let i = 0; i < rows; i++) {
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
      const col = kept ? kept.to[colIdx[e]!]! : colIdx[e]!;
      if (col >= 0) dense.data[i * dense.cols + col]! += values ? values[e]! : 1;
    }
  }
  return dense;
}

/** The columns of a dense matrix that are kept. */
export function keptFeatures(npz: Npz, name: string, matrix: Matrix, most?: number): Matrix {
  const { data, rows, cols } = matrix;
  const kept = keptColumns(cols, most, (count) => {
    data.forEach((value, at) => value !== 0 && count(at % cols));
  });
  checkSize(npz, name, rows, kept?.count ?? cols, ", keep fewer of them (--features)");
  if (!kept) return matrix;
  const out = zeros(rows, kept.count);
  for (let at = 0; at < data.length; at++) {
    const col = kept.to[at % cols]!;
    if (col >= 0) out.data[Math.floor(at / cols) * out.cols + col] = data[at]!;
  }
  return out;
}

/** Refuses a matrix that is too large to be held dense. */
export function checkSize(npz: Npz, name: string, rows: number, cols: number, remedy = ""): void {
  if (rows * cols * 4 <= LARGEST_MATRIX) return;
  const mebibytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);
  throw npz.broken(
    `${name} would be too large: ${rows} × ${cols} floats take ${
      mebibytes(rows * cols * 4)
    } MiB, ` +
      `expected at most ${mebibytes(LARGEST_MATRIX)} MiB or ` +
      `${Math.floor(LARGEST_MATRIX / 4 / rows)} columns${remedy}`,
  );
}

/** The columns most nodes have, in their order; undefined where all are kept. */
function keptColumns(
  cols: number,
  most: number | undefined,
  visit: (count: (col: number) => void) => void,
): { count: number; to: Int32Array } | undefined {
  if (most === undefined || most >= cols) return undefined;
  const counts = new Uint32Array(cols);
  visit((col) => counts[col]!++);
  const order = Uint32Array.from(counts, (_, col) => col)
    .sort((a, b) => counts[b]! - counts[a]! || a - b);
  const to = new Int32Array(cols).fill(-1);
  order.slice(0, most).sort().forEach((col, k) => to[col] = k);
  return { count: most, to };
}

/** `edges[3, 1]`, from a position among the values. */
export function place(name: string, shape: readonly number[], at: number): string {
  const index: number[] = [];
  for (const size of shape.toReversed()) {
    index.unshift(at % size);
    at = Math.floor(at / size);
  }
  return `${name}[${index.join(", ")}]`;
}
