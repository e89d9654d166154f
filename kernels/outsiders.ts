/** Counts on the device the fixed-point numbers that have left their range. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./outsiders.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "outsiders",
  file: "outsiders.wgsl",
  code,
  params: { rows: "u32", columns: "u32" },
  buffers: { x: "readRows", count: "write" },
  rows: "rows",
  fixed: ["x"],
});

/** Adds to count [1, 1] u32 how many values of x have left the range; of floats none can. */
export function outsiders(x: Tensor, count: Tensor): void {
  if (x.format !== "fixed") return;
  x.gpu.launch(kernel, {
    params: { rows: x.rows, columns: x.cols },
    buffers: { x, count },
    workgroups: workgroupsFor,
  });
}
