/** Mean and 1 / deviation of each channel over a batch's rows, on the device, and running averages. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import { blockRows, rowBlocks } from "../gpu/row_blocks.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { fixedSteps } from "./fixed_point.ts";
import code from "./batch_statistics.wgsl" with { type: "text" };

const file = "batch_statistics.wgsl";
const params = { rows: "u32", channels: "u32", firstRow: "u32", blockRows: "u32" } as const;

const kernel = defineKernel({
  name: "batch_statistics",
  file,
  code,
  params,
  buffers: { partial: "read", running: "writeWindow", statistics: "writeWindow" },
});
const ofBlocks = defineKernel({
  name: "batch_statistics_blocks",
  file,
  code,
  params,
  buffers: { x: "readRows", moments: "write" },
  rows: "rows",
  fixed: ["x"],
});

/**
 * Mean and 1 / deviation [2, channels] over the rows of x, in a new tensor or in `into`. Unless told not
 * to, moves the running mean and variance [2, channels] by PyTorch's rule: a tenth of the way to the mean
 * and the unbiased variance. PyTorch refuses a single row; here its variance is 0. No rows move nothing.
 */
export function batchStatistics(
  x: Tensor,
  running: Tensor,
  { into, moves = true }: { into?: Tensor | undefined; moves?: boolean } = {},
): Tensor {
  const statistics = into ?? x.gpu.empty(2, x.cols);
  checkWidth(x, running);
  checkWidth(x, statistics);
  using moments = x.gpu.emptyBlocks(x.rows, 3, x.cols);
  const ofBlock = blockRows(x.rows);
  const params = { rows: x.rows, channels: x.cols, firstRow: 0, blockRows: ofBlock };
  x.gpu.launch(ofBlocks, {
    constants: { FIXED: fixedSteps(x) },
    params,
    buffers: { x, moments },
    workgroups: (rows) => workgroupsFor(rowBlocks(rows, ofBlock) * x.stride / 4),
  });
  x.gpu.launch(kernel, {
    constants: { MOVES: Number(moves) },
    params,
    buffers: { partial: moments, running, statistics },
    workgroups: workgroupsFor(x.stride / 4),
  });
  return statistics;
}

function checkWidth(x: Tensor, { rows, cols }: Tensor): void {
  if (rows === 2 && cols === x.cols) return;
  throw new RangeError(
    `Cannot keep the statistics of ${x.cols} channels in ${rows} × ${cols}: ` +
      `a mean and a variance of each take 2 × ${x.cols}`,
  );
}
