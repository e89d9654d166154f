/**
 * Values kept in a few bits by their definition, q = ⌊(x − min) / step + u⌋ with step = (max − min) / (2^bits
 * − 1) of each row: min + step · q has the mean x, as u is drawn from [0, 1).
 */
import { pcg } from "./dropout.ts";
import { type Dense, dense, row } from "./matrix.ts";

/** A row's least value and its step. */
export function rangeOf(values: Float64Array, bits: number): { least: number; step: number } {
  const least = Math.min(...values);
  return { least, step: (Math.max(...values) - least) / (2 ** bits - 1) };
}

/** u of a step's key, a tensor of it, a row and a column. */
export function drawnFor(key: number, tensor: number, at: number, col: number): number {
  return (pcg(pcg(at + pcg(key + tensor)) + col) >>> 8) / 2 ** 24;
}

/** What is left of x, and how far each value, less its draw, was from being rounded the other way. */
export function quantised(
  x: Dense,
  bits: number,
  key: number,
  tensor: number,
): { y: Dense; margins: Float64Array } {
  const y = dense(x.rows, x.cols);
  const margins = dense(x.rows, x.cols);
  for (let at = 0; at < x.rows; at++) {
    const { least, step } = rangeOf(row(x, at), bits);
    row(x, at).forEach((value, col) => {
      const steps = step > 0 ? (value - least) / step + drawnFor(key, tensor, at, col) : 0;
      row(y, at)[col] = least + step * Math.min(Math.floor(steps), 2 ** bits - 1);
      row(margins, at)[col] = step > 0 ? Math.abs(steps - Math.round(steps)) : Infinity;
    });
  }
  return { y, margins: margins.data };
}
