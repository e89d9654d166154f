/** Reads and validates an npz file's entries; errors name the entry and what was expected. */
import type { NpyArray } from "../files/npy.ts";
import type { Npz } from "./npz.ts";

/** Compressed sparse rows: those of row i are at rowPtr[i] … rowPtr[i + 1] - 1. */
export interface SparseRows {
  readonly rows: number;
  readonly cols: number;
  readonly rowPtr: Uint32Array;
  readonly colIdx: Uint32Array;
  readonly values?: Float32Array;
}

/** Returns an array if its shape is as expected; null stands for any size. */
export function readShaped(
  npz: Npz,
  name: string,
  shape: readonly (number | null)[],
  remedy?: string,
): NpyArray {
  const array = npz.read(name);
  const found = array.shape;
  if (found.length === shape.length && shape.every((size, d) => (size ?? found[d]) === found[d])) {
    return array;
  }
  const expected = shape.map((size) => size ?? "any").join(", ");
  throw npz.broken(
    `entry ${name} has the wrong shape: expected (${expected}), found (${found.join(", ")})` +
      (remedy === undefined ? "" : `, ${remedy}`),
  );
}

/** Checks whole numbers from 0 and below a bound, such as nodes. */
export function checkIndices(
  npz: Npz,
  name: string,
  { data, shape }: NpyArray,
  below: number,
): Uint32Array {
  for (let k = 0; k < data.length; k++) {
    const value = data[k]!;
    if (value >= 0 && value < below && Number.isInteger(value)) continue;
    const counts = value === below ? ", counted from 0 rather than 1" : "";
    throw npz.broken(
      `${
        place(name, shape, k)
      } is ${value}: expected a whole number from 0, below ${below}${counts}`,
    );
  }
  return Uint32Array.from(data);
}

/** Returns the values as float32; they must be finite. */
export function checkFloats(npz: Npz, name: string, { data, shape }: NpyArray): Float32Array {
  const floats = Float32Array.from(data);
  const at = floats.findIndex((value) => !Number.isFinite(value));
  if (at < 0) return floats;
  throw npz.broken(
    `${place(name, shape, at)} is ${data[at]}: expected a finite number that float32 can hold`,
  );
}

/** Reads the matrix of `prefix_shape`, `prefix_indptr`, `prefix_indices` and, if there, `prefix_data`. */
export function readSparse(npz: Npz, prefix: string): SparseRows {
  const size = `${prefix}_shape`;
  const [rows = 0, cols = 0] = checkIndices(npz, size, readShaped(npz, size, [2]), 2 ** 32);
  const name = `${prefix}_indptr`;
  const indices = readShaped(npz, `${prefix}_indices`, [null]);
  const edges = indices.shape[0]!;
  const found = npz.read(name).shape;
  if (rows !== cols && found.length === 1 && found[0] === cols + 1) {
    throw npz.broken(
      `entry ${name} is of ${cols} columns: expected it of ${rows} rows, save it again with .tocsr()`,
    );
  }
  const rowPtr = checkIndices(npz, name, readShaped(npz, name, [rows + 1]), edges + 1);
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
  const values = checkFloats(npz, data, readShaped(npz, data, [edges]));
  return { rows, cols, rowPtr, colIdx, values };
}

/** Names a value by its position, such as `edges[3, 1]`. */
export function place(name: string, shape: readonly number[], at: number): string {
  const index: number[] = [];
  for (const size of shape.toReversed()) {
    index.unshift(at % size);
    at = Math.floor(at / size);
  }
  return `${name}[${index.join(", ")}]`;
}
