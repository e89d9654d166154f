/** out[i] = Σ_b partial[b, i]. */
import { type Dense, dense } from "./matrix.ts";

/** The sum of `blocks` matrices that stand on top of each other. */
export function sumBlocks(partial: Dense, blocks: number): Dense {
  const total = dense(partial.rows / blocks, partial.cols);
  partial.data.forEach((value, k) => total.data[k % total.data.length]! += value);
  return total;
}
