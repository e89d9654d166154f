/** Σ a ⊙ b on the device, in a fixed order: a learned number's gradient, from dy and y's slope by it. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import { blockRows, rowBlocks } from "../gpu/row_blocks.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./dot_product.wgsl" with { type: "text" };
import { sumBlocks } from "./sum_blocks.ts";

const kernel = defineKernel({
  name: "dot_product",
  file: "dot_product.wgsl",
  code,
  params: { rows: "u32", stride: "u32", firstRow: "u32", blockRows: "u32" },
  buffers: { a: "readRows", b: "readRows", partial: "write" },
  rows: "rows",
});

/**
 * Adds Σ a ⊙ b to `out` [1, 1], a window or not. b is as wide as a, or has `planes` vec4 for each of a's,
 * of which `plane` is taken.
 */
export function dotProduct(
  a: Tensor,
  b: Tensor,
  out: Tensor,
  { planes, plane } = { planes: 1, plane: 0 },
): void {
  if (a.rows !== b.rows || a.stride * planes !== b.stride) {
    throw new RangeError(
      `Cannot multiply ${a.rows} × ${a.cols} and ${b.rows} × ${b.cols} element by element: ` +
        `the second must be ${a.rows} × ${planes === 1 ? a.cols : planes * a.stride}`,
    );
  }
  const ofBlock = blockRows(a.rows);
  const sums = rowBlocks(a.rows) * a.stride / 4;
  using partial = a.gpu.emptyBlocks(a.rows, a.stride / 4, 1);
  a.gpu.launch(kernel, {
    constants: { PLANES: planes, PLANE: plane },
    params: { rows: a.rows, stride: a.stride / 4, firstRow: 0, blockRows: ofBlock },
    buffers: { a, b, partial },
    workgroups: (rows) => workgroupsFor(rowBlocks(rows, ofBlock) * a.stride / 4),
  });
  sumBlocks(partial, sums, out);
}
