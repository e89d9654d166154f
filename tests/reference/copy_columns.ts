/** Columns taken out of a matrix, and matrices put side by side. */
import { type Dense, dense, row } from "./matrix.ts";

/** A copy of `cols` columns from `first` on. */
export function columns(x: Dense, first: number, cols: number): Dense {
  const slice = dense(x.rows, cols);
  for (let i = 0; i < x.rows; i++) row(slice, i).set(row(x, i).subarray(first, first + cols));
  return slice;
}

/** Matrices of as many rows, side by side. */
export function concatColumns(parts: Dense[]): Dense {
  const whole = dense(parts[0]?.rows ?? 0, parts.reduce((cols, part) => cols + part.cols, 0));
  let first = 0;
  for (const part of parts) {
    for (let i = 0; i < whole.rows; i++) row(whole, i).set(row(part, i), first);
    first += part.cols;
  }
  return whole;
}
