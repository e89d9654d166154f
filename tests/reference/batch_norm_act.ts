/**
 * y = mask ⊙ ReLU(BatchNorm(x)), or without ReLU, BatchNorm(x) = scale ⊙ (x - mean) / √(variance + ε) + shift, mean and
 * variance of each channel over all rows.
 */
import { batchStatistics } from "./batch_statistics.ts";
import { type Dense, dense, row } from "./matrix.ts";

const EPSILON = 1e-5;

export interface BatchNormOptions {
  /** [N, d], ready scaled. */
  mask?: Dense | undefined;
  /** [2, d], mean and variance that are constants; otherwise those of x. */
  running?: Dense | undefined;
  /** Whether ReLU follows the norm; default true. */
  relu?: boolean | undefined;
}

/** Normalises each column of x [N, d]; affine [2, d] is scale over shift. */
export function batchNormAct(
  x: Dense,
  affine: Dense,
  { mask, running = batchStatistics(x), relu = true }: BatchNormOptions = {},
): Dense {
  const y = dense(x.rows, x.cols);
  const [scale, shift] = [row(affine, 0), row(affine, 1)];
  for (let i = 0; i < x.rows; i++) {
    const [yi, normal, factor] = [row(y, i), normalise(row(x, i), running), mask && row(mask, i)];
    for (let c = 0; c < x.cols; c++) {
      const z = scale[c]! * normal[c]! + shift[c]!;
      yi[c] = (relu ? Math.max(0, z) : z) * (factor ? factor[c]! : 1);
    }
  }
  return y;
}

/** dx = scale / √(variance + ε) ⊙ (s - mean(s) - n ⊙ mean(s ⊙ n)), s the slope of BatchNorm, n normal. */
export function batchNormActBackward(
  x: Dense,
  affine: Dense,
  dy: Dense,
  { mask, running, relu = true }: BatchNormOptions = {},
): { dx: Dense; dAffine: Dense } {
  const statistics = running ?? batchStatistics(x);
  const [dx, dAffine] = [dense(x.rows, x.cols), dense(2, x.cols)];
  const [scale, shift] = [row(affine, 0), row(affine, 1)];
  const [dScale, dShift] = [row(dAffine, 0), row(dAffine, 1)];
  const slopes = dense(x.rows, x.cols);
  for (let i = 0; i < x.rows; i++) {
    const [normal, factor] = [normalise(row(x, i), statistics), mask && row(mask, i)];
    for (let c = 0; c < x.cols; c++) {
      if (relu && !(scale[c]! * normal[c]! + shift[c]! > 0)) continue;
      const slope = row(dy, i)[c]! * (factor ? factor[c]! : 1);
      row(slopes, i)[c] = slope;
      dScale[c]! += slope * normal[c]!;
      dShift[c]! += slope;
    }
  }
  for (let i = 0; i < x.rows; i++) {
    const normal = normalise(row(x, i), statistics);
    for (let c = 0; c < x.cols; c++) {
      const through = running ? 0 : (dShift[c]! + normal[c]! * dScale[c]!) / x.rows;
      const deviation = Math.sqrt(row(statistics, 1)[c]! + EPSILON);
      row(dx, i)[c] = scale[c]! / deviation * (row(slopes, i)[c]! - through);
    }
  }
  return { dx, dAffine };
}

function normalise(x: Float64Array, statistics: Dense): Float64Array {
  const [mean, variance] = [row(statistics, 0), row(statistics, 1)];
  return x.map((value, c) => (value - mean[c]!) / Math.sqrt(variance[c]! + EPSILON));
}
