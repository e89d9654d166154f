/** Sums the contributions of blocks of rows in a fixed order: the same bits whatever the schedule. */
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
const shared = defineKernel({ ...kernel, name: "sum_blocks_shared" });

/** Vectors of a workgroup whose lanes share out the blocks. */
const SHARED_VECTORS = 4;

/** Adds the blocks of partial [blocks × out.rows, out.cols] to `out`, or overwrites it. */
export function sumBlocks(partial: Tensor, blocks: number, out: Tensor, accumulate = true): void {
  const vectors = out.rows * out.stride / 4;
  const { software } = partial.gpu.adapter;
  partial.gpu.launch(software ? kernel : shared, {
    constants: { ACCUMULATE: Number(accumulate) },
    params: { blocks, vectors },
    buffers: { partial, out },
    workgroups: software ? workgroupsFor(vectors) : Math.ceil(vectors / SHARED_VECTORS),
  });
}
