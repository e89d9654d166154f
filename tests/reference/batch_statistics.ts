/** Each channel's mean over all rows, its variance Σ (x - mean)² / N, and both as a run keeps them. */
import { type Dense, dense, row } from "./matrix.ts";

const MOMENTUM = 0.1;

/** [2, d]: each channel's mean over the rows of x [N, d], and its biased variance; 0 of no row. */
export function batchStatistics(x: Dense): Dense {
  const statistics = dense(2, x.cols);
  const [mean, variance] = [row(statistics, 0), row(statistics, 1)];
  for (let i = 0; i < x.rows; i++) {
    row(x, i).forEach((value, c) => mean[c]! += value / x.rows);
  }
  for (let i = 0; i < x.rows; i++) {
    row(x, i).forEach((value, c) => variance[c]! += (value - mean[c]!) ** 2 / x.rows);
  }
  return statistics;
}

/** Running mean and variance [2, d] after a batch x: a tenth of the way to its unbiased variance. */
export function runningAfter(running: Dense, x: Dense): Dense {
  if (x.rows === 0) return running;
  const statistics = batchStatistics(x);
  const unbiased = x.rows / Math.max(1, x.rows - 1);
  const data = running.data.map((value, k) => {
    const measured = statistics.data[k]! * (k < x.cols ? 1 : unbiased);
    return (1 - MOMENTUM) * value + MOMENTUM * measured;
  });
  return { ...running, data };
}
