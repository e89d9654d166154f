/** Sums of row vectors and their mean, to the same bits wherever they are added up in the same order. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./accumulate.wgsl" with { type: "text" };

const sum = defineKernel({
  name: "accumulate",
  file: "accumulate.wgsl",
  code,
  params: { vectors: "u32", share: "f32" },
  buffers: { x: "readWindow", y: "writeWindow" },
});
const share = defineKernel({ ...sum, name: "take_share" });

/** y += x of row vectors [1, count]; what is below float32's normal range counts as 0. */
export function accumulate(y: Tensor, x: Tensor): void {
  launch(sum, y, x, 1);
}

/** y = x / parts, of a sum of so many. */
export function takeMean(y: Tensor, x: Tensor, parts: number): void {
  launch(share, y, x, 1 / parts);
}

function launch(kernel: typeof sum, y: Tensor, x: Tensor, share: number): void {
  if (x.rows !== 1 || y.rows !== 1 || x.cols !== y.cols) {
    throw new RangeError(
      `Cannot add ${x.rows} × ${x.cols} to ${y.rows} × ${y.cols}: expected row vectors of one length`,
    );
  }
  const vectors = y.stride / 4;
  y.gpu.launch(kernel, {
    params: { vectors, share },
    buffers: { x, y },
    workgroups: workgroupsFor(vectors),
  });
}
