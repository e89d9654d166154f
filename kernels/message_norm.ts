/** Message norm on the device, x + s ‖x‖ m / ‖m‖, and its gradients. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { dotProduct } from "./dot_product.ts";
import code from "./message_norm.wgsl" with { type: "text" };

const file = "message_norm.wgsl";
const params = { rows: "u32", stride: "u32" } as const;
const inputs = { x: "readRows", m: "readRows", scale: "readWindow" } as const;

const forward = defineKernel({
  name: "message_norm",
  file,
  code,
  params,
  buffers: { ...inputs, y: "writeRows" },
  rows: "rows",
});
const backward = defineKernel({
  name: "message_norm_backward",
  file,
  code,
  params,
  buffers: { ...inputs, dy: "readRows", dx: "writeRows", dm: "writeRows", slope: "writeRows" },
  rows: "rows",
});

/** x + s ‖x‖ m / ‖m‖ [rows, channels]; s is learned, [1, 1] in a parameter's window, or 1. */
export function messageNorm(x: Tensor, m: Tensor, scale?: Tensor): Tensor {
  if (x.rows !== m.rows || x.cols !== m.cols) {
    throw new RangeError(
      `Cannot normalise messages of ${m.rows} × ${m.cols} to x of ${x.rows} × ${x.cols}: ` +
        "both must have one shape",
    );
  }
  const y = x.gpu.empty(x.rows, x.cols);
  x.gpu.launch(forward, {
    constants: { LEARNED: Number(scale !== undefined) },
    params: { rows: x.rows, stride: x.stride / 4 },
    buffers: { x, m, scale, y },
    workgroups: workgroupsFor,
  });
  return y;
}

/** dx and dm [rows, channels] of dy; adds the gradient of s, where it is learned, to its window. */
export function messageNormBackward(
  x: Tensor,
  m: Tensor,
  dy: Tensor,
  learned?: { scale: Tensor; dScale: Tensor | undefined },
): { dx: Tensor; dm: Tensor } {
  const { gpu, rows, cols } = x;
  const [dx, dm] = [gpu.empty(rows, cols), gpu.empty(rows, cols)];
  const dScale = learned?.dScale;
  using slope = dScale && gpu.empty(rows, cols);
  gpu.launch(backward, {
    constants: { LEARNED: Number(learned !== undefined), SLOPE: Number(dScale !== undefined) },
    params: { rows, stride: x.stride / 4 },
    buffers: { x, m, scale: learned?.scale, dy, dx, dm, slope },
    workgroups: workgroupsFor,
  });
  if (dScale !== undefined) dotProduct(dy, slope!, dScale);
  return { dx, dm };
}
