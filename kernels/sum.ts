/** Sums and sums of squares of row vectors, in a fixed order. */
import { defineKernel, WORKGROUP_SIZE } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./sum.wgsl" with { type: "text" };

const file = "sum.wgsl";
const params = { count: "u32", invocations: "u32" } as const;
const buffers = { values: "read", out: "write" } as const;

const total = defineKernel({ name: "sum", file, code, params, buffers });
const squares = defineKernel({
  name: "squares",
  file,
  code,
  params,
  buffers: { values: "readWindow", out: "writeWindow" },
});

/** Workgroups of the first half of `sumOfSquares`: enough to keep a large GPU busy. */
const SQUARES_WORKGROUPS = 64;

/** Writes the sum of values [1, count] to out [1, 1]. */
export function sum(values: Tensor, out: Tensor): void {
  values.gpu.launch(total, {
    params: { count: values.cols, invocations: WORKGROUP_SIZE },
    buffers: { values, out },
    workgroups: 1,
  });
}

/** Writes Σ v² over windows [1, count] of one buffer or several to out [1, 1]. */
export function sumOfSquares(windows: readonly Tensor[], out: Tensor): void {
  const invocations = SQUARES_WORKGROUPS * WORKGROUP_SIZE;
  using partial = out.gpu.empty(1, invocations * windows.length);
  windows.forEach((values, i) => {
    out.gpu.launch(squares, {
      params: { count: values.cols, invocations },
      buffers: { values, out: partial.window(i * invocations * 4, 1, invocations) },
      workgroups: SQUARES_WORKGROUPS,
    });
  });
  sum(partial, out);
}
