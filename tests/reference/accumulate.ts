/** Sums as float32 has them where it knows no numbers below its normal range. */

const LEAST_NORMAL = 2 ** -126;

/** a + b, each of the three 0 where it is below the normal range. */
export function accumulate(a: number, b: number): number {
  return normal(Math.fround(normal(a) + normal(b)));
}

function normal(value: number): number {
  return Math.abs(value) < LEAST_NORMAL ? 0 : value;
}
