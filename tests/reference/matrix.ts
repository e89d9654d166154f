/** Float64 matrices of the reference, and f'(x) ≈ (f(x + h) - f(x - h)) / 2h to prove it with. */
import type { Matrix } from "../../graphs/graph.ts";

/** A dense float64 matrix, row after row. */
export interface Dense {
  rows: number;
  cols: number;
  data: Float64Array;
}

/** A matrix with every entry `fill`. */
export function dense(rows: number, cols: number, fill = 0): Dense {
  return { rows, cols, data: new Float64Array(rows * cols).fill(fill) };
}

/** The same numbers in float64. */
export function fromFloat32({ rows, cols, data }: Matrix): Dense {
  return { rows, cols, data: Float64Array.from(data) };
}

/** A view of row i: writing to it writes to the matrix. */
export function row(x: Dense, i: number): Float64Array {
  return x.data.subarray(i * x.cols, (i + 1) * x.cols);
}

/** The sum of two matrices of one shape. */
export function add(a: Dense, b: Dense): Dense {
  return { ...a, data: a.data.map((value, k) => value + b.data[k]!) };
}

/** Columns as rows. */
export function transposed({ rows, cols, data }: Dense): Dense {
  return {
    rows: cols,
    cols: rows,
    data: Float64Array.from(data, (_, k) => data[k % rows * cols + Math.floor(k / rows)]!),
  };
}

/** Σ a ⊙ b: with a random b, a loss whose gradient by `a` is `b`. */
export function dot(a: Dense, b: Dense): number {
  return a.data.reduce((sum, value, k) => sum + value * b.data[k]!, 0);
}

/** The matrices of a structure by their paths, such as `layers.0.1.norm`, in the order of its keys. */
export function matricesOf(structure: object, path = ""): [path: string, matrix: Dense][] {
  return Object.entries(structure).flatMap(([key, value]): [string, Dense][] =>
    "data" in value ? [[path + key, value]] : matricesOf(value, `${path}${key}.`)
  );
}

/** Seeded numbers in [0, 1): Tommy Ettinger's mulberry32. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A matrix of seeded numbers in [-1, 1). */
export function random(rows: number, cols: number, seed: number): Dense {
  const next = mulberry32(seed);
  const x = dense(rows, cols);
  x.data.forEach((_, k) => x.data[k] = 2 * next() - 1);
  return x;
}

/** The gradient of f by x in central differences; f reads x, which is as before afterwards. */
export function finiteDifferences(f: () => number, x: Float64Array, step = 1e-5): Float64Array {
  return x.map((value, k) => {
    x[k] = value + step;
    const above = f();
    x[k] = value - step;
    const below = f();
    x[k] = value;
    return (above - below) / (2 * step);
  });
}

/** The largest |actual - expected| over the largest |expected|; NaN if either holds one. */
export function largestError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) {
    throw new RangeError(`Cannot compare ${actual.length} numbers with ${expected.length}`);
  }
  let difference = 0;
  let scale = 1e-30;
  for (let k = 0; k < expected.length; k++) {
    // Math.max hands NaN on, where `>` would drop it.
    difference = Math.max(difference, Math.abs(actual[k]! - expected[k]!));
    scale = Math.max(scale, Math.abs(expected[k]!));
  }
  return difference / scale;
}
