import type { Tensor } from "../../gpu/tensor.ts";
import { batchStatistics } from "../../kernels/batch_statistics.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import * as reference from "../reference/batch_statistics.ts";
import { type Dense, dense, largestError, random, row } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { compareOperator } from "./compare_operator.ts";
import { assertClose, assertCloseWindow, read, rounded, upload, uploadWindow } from "./device.ts";

const CHANNELS = [1, 3, 4, 5, 7, 8, 12, 40];

/** No row, one, two, a prime, blocks of which the last is short or empty, and past 65,535. */
const SIZES: [rows: number, channels: number[]][] = [
  [0, CHANNELS],
  [1, CHANNELS],
  [2, CHANNELS],
  [67, CHANNELS],
  [257, CHANNELS],
  [1030, [5, 300]],
  [66_001, [3]],
];

for (const [rows, widths] of SIZES) {
  Deno.test(`batchStatistics() equal their reference and move the running ones, ${rows} rows`, async () => {
    for (const channels of widths) await compare(spread(rows, channels, 0));
  });
}

Deno.test("batchStatistics() keep the digits of a deviation far below the mean", async () => {
  // Where Σ x² − (Σ x)² / N in float32 has none left: its terms are 10⁶ times the variance.
  for (const rows of [67, 1030, 66_001]) await compare(spread(rows, 3, 1000));
});

Deno.test("batchStatistics() of equal rows have no variance at all", async () => {
  const running = uploadWindow(dense(2, 5));
  const statistics = batchStatistics(upload(dense(131, 5, 0.1)), running);
  const deviation = 1 / Math.sqrt(1e-5);
  const expected = { rows: 2, cols: 5, data: new Float64Array(10).fill(0.1).fill(deviation, 5) };
  await assertClose(statistics, expected, KERNEL, "statistics");
  assertEquals([...(await read(running)).subarray(5)], [0, 0, 0, 0, 0]);
});

Deno.test("batchStatistics() give the same bits again, in a window too", async () => {
  const x = upload(spread(1030, 40, 0));
  const first = await read(batchStatistics(x, uploadWindow(dense(2, 40))));
  const window = uploadWindow(dense(2, 40));
  assert(batchStatistics(x, uploadWindow(dense(2, 40)), { into: window }) === window);
  assertEquals(await read(window), first);
});

Deno.test("batchStatistics() leave the running ones alone where told to", async () => {
  const x = upload(random(67, 5, 1));
  const running = uploadWindow(dense(2, 5, 0.5));
  const moved = await read(batchStatistics(x, uploadWindow(dense(2, 5, 0.5))));
  assertEquals(await read(batchStatistics(x, running, { moves: false })), moved);
  await assertCloseWindow(running, dense(2, 5, 0.5), 0, "running");
});

Deno.test("batchStatistics() refuse windows of another width", () => {
  const [x, fit, narrow] = [upload(dense(2, 5)), upload(dense(2, 5)), upload(dense(2, 4))];
  const sentence = "Cannot keep the statistics of 5 channels in 2 × 4: " +
    "a mean and a variance of each take 2 × 5";
  assertThrows(() => batchStatistics(x, narrow), RangeError, sentence);
  assertThrows(() => batchStatistics(x, fit, { into: narrow }), RangeError, sentence);
  assertThrows(() => batchStatistics(x, upload(dense(1, 5))), RangeError, "in 1 × 5: a mean");
});

/** Statistics in a tensor of their own and in a window, and running ones after one and two batches. */
async function compare(x: Dense): Promise<void> {
  const start = random(2, x.cols, 2);
  await compareOperator({
    of: `${x.rows} × ${x.cols}`,
    inputs: { x },
    windows: { window: dense(2, x.cols), once: start, twice: start },
    ours: ({ x, window, once, twice }) => {
      const statistics = batchStatistics(x, once);
      batchStatistics(x, twice);
      return { statistics, window: batchStatistics(x, twice, { into: window }), once, twice };
    },
    expected: ({ once: start }) => {
      const statistics = reference.batchStatistics(x);
      const expected = {
        ...statistics,
        data: statistics.data.map((value, k) => k < x.cols ? value : 1 / Math.sqrt(value + 1e-5)),
      };
      const once = reference.runningAfter(start, x);
      return {
        statistics: (actual, what) => assertRowsClose(actual, expected, what),
        window: expected,
        once: (actual, what) => assertRowsClose(actual, once, what),
        twice: x.rows > 0 ? reference.runningAfter(once, x) : async (actual) => {
          assertEquals(await read(actual), Float32Array.from(start.data));
        },
      };
    },
  });
}

/** The padding too; means and deviations apart, as one may be far larger than the other. */
async function assertRowsClose(actual: Tensor, expected: Dense, what: string): Promise<void> {
  await assertClose(actual, expected, KERNEL, what);
  const values = await read(actual);
  for (const [i, name] of ["mean", "deviation"].entries()) {
    const begin = i * expected.cols;
    const error = largestError(values.subarray(begin, begin + expected.cols), row(expected, i));
    if (!(error <= KERNEL)) throw new Error(`${what}: the ${name} is off by ${error}`);
  }
}

/** Channels of unlike deviation, at most 1 / √3, about unlike means near `mean`. */
function spread(rows: number, channels: number, mean: number): Dense {
  const x = random(rows, channels, 1);
  const data = x.data.map((value, k) => {
    const channel = k % channels;
    return mean + channel % 5 - 2 + value / (1 + channel % 3);
  });
  return rounded({ ...x, data });
}
