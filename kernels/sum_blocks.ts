/** Sums what blocks of rows contributed, in a fixed order: the same bits whatever the schedule. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./sum_blocks.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "sum_blocks",
  file: "sum_blocks.wgsl",
  code,
  params: { blocks: "u32", vectors: "u32" },
  buffers: { partial: "read", out: "writeWindow" },
});

const MOST_BLOCKS = 64;

/** Rows of a padded vec4 each that take WebGPU's alignment: a window may begin at any block. */
const ALIGNED_ROWS = 16;

/** Rows of a block of a reduction over `rows` rows. */
export function blockRows(rows: number): number {
  return ALIGNED_ROWS * Math.max(1, Math.ceil(rows / (ALIGNED_ROWS * MOST_BLOCKS)));
}

/** Into how many blocks a reduction over `rows` rows is split, or a window of them. */
export function rowBlocks(rows: number, ofBlock: number = blockRows(rows)): number {
  return Math.max(1, Math.ceil(rows / ofBlock));
}

/** Adds the blocks of partial [blocks × out.rows, out.cols] to `out`, or overwrites it. */
export function sumBlocks(partial: Tensor, blocks: number, out: Tensor, accumulate = true): void {
  const vectors = out.rows * out.stride / 4;
  partial.gpu.run(kernel, {
    constants: { ACCUMULATE: Number(accumulate) },
    params: { blocks, vectors },
    buffers: { partial, out },
    workgroups: workgroupsFor(vectors),
  });
}
