import { assert, assertEquals } from "../assert.ts";
import { FLOAT64 } from "../tolerances.ts";
import { batchStatistics, runningAfter } from "./batch_statistics.ts";
import { type Dense, dense, largestError } from "./matrix.ts";

/** Channel 0 holds 1, 2, 3, 6: mean 3, variance 3.5, unbiased 14 / 3. Channel 1 is constant. */
const X: Dense = { rows: 4, cols: 2, data: Float64Array.of(1, 5, 2, 5, 3, 5, 6, 5) };

Deno.test("batchStatistics() are each channel's mean and biased variance", () => {
  assertEquals([...batchStatistics(X).data], [3, 5, 3.5, 0]);
  assertEquals([...batchStatistics(dense(0, 1)).data], [0, 0]);
});

Deno.test("runningAfter() moves a tenth of the way, to the unbiased variance", () => {
  const running = { rows: 2, cols: 2, data: Float64Array.of(0, 1, 1, 2) };
  const expected = [0.3, 0.9 + 0.5, 0.9 + 14 / 30, 1.8];
  assert(largestError(runningAfter(running, X).data, expected) <= FLOAT64);
  assertEquals(runningAfter(running, dense(0, 2)), running);
  const one = runningAfter(running, dense(1, 2, 4));
  assert(largestError(one.data, [0.4, 1.3, 0.9, 1.8]) <= FLOAT64);
});
