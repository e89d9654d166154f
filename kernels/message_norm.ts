/** Message norm on the device, x + s ‖x‖ m / ‖m‖, and its gradients. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { dotProduct } from "./dot_product.ts";
import code from "./message_norm.wgsl" with { type: "text" };

const file = "message_norm.wgsl";
const params = { rows: "u32", stride: "u32" } as const;
const inputs = { x: "readRows", m: "readRows", messageScale: "readWindow" } as const;

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
  buffers: { ...inputs, dy: "readRows", dx: "writeRows", dm: "writeRows" },
  rows: "rows",
});

/** x + s ‖x‖ m / ‖m‖ [rows, channels]; s, the message scale, is a parameter's window [1, 1], or 1. */
export function messageNorm(x: Tensor, m: Tensor, messageScale?: Tensor): Tensor {
  if (x.rows !== m.rows || x.cols !== m.cols) {
    throw new RangeError(
      `Cannot normalise messages of ${m.rows} × ${m.cols} to x of ${x.rows} × ${x.cols}: ` +
        "both must have one shape",
    );
  }
  return normed(x, m, messageScale, true);
}

function normed(x: Tensor, m: Tensor, messageScale: Tensor | undefined, residual: boolean): Tensor {
  const y = x.gpu.empty(x.rows, x.cols);
  x.gpu.launch(forward, {
    constants: { LEARNED: Number(messageScale !== undefined), RESIDUAL: Number(residual) },
    params: { rows: x.rows, stride: x.stride / 4 },
    buffers: { x, m, messageScale, y },
    workgroups: workgroupsFor,
  });
  return y;
}

/** dx and dm [rows, channels] of dy; adds the gradient of s, where it is learned, to its window. */
export function messageNormBackward(
  x: Tensor,
  m: Tensor,
  dy: Tensor,
  learned?: { messageScale: Tensor; dMessageScale: Tensor | undefined },
): { dx: Tensor; dm: Tensor } {
  const { gpu, rows, cols } = x;
  const [dx, dm] = [gpu.empty(rows, cols), gpu.empty(rows, cols)];
  gpu.launch(backward, {
    constants: { LEARNED: Number(learned !== undefined) },
    params: { rows, stride: x.stride / 4 },
    buffers: { x, m, messageScale: learned?.messageScale, dy, dx, dm },
    workgroups: workgroupsFor,
  });
  if (learned?.dMessageScale !== undefined) {
    using slope = normed(x, m, undefined, false);
    dotProduct(dy, slope, learned.dMessageScale);
  }
  return { dx, dm };
}
