/** Adds floats up on the processor, to the bits of kernels/accumulate.wgsl on a device. */

/** The least normal float32: what is nearer to 0 counts as 0. */
const LEAST = 2 ** -126;

/** total += values. */
export function addInOrder(total: Float32Array, values: Float32Array): void {
  for (let i = 0; i < total.length; i++) {
    const sum = normal(total[i]!) + normal(values[i]!);
    // A sum so small is exact, rounded or not.
    total[i] = normal(sum);
  }
}

function normal(value: number): number {
  return value < LEAST && value > -LEAST ? 0 : value;
}
