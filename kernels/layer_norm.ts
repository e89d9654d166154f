/** LayerNorm of rows without scale and shift, on the device, and its gradient. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./layer_norm.wgsl" with { type: "text" };

const file = "layer_norm.wgsl";
const params = { rows: "u32", channels: "u32" } as const;

const forward = defineKernel({
  name: "layer_norm",
  file,
  code,
  params,
  buffers: { x: "readRows", y: "writeRows", inverseDeviations: "writeRows" },
  rows: "rows",
});
const backward = defineKernel({
  name: "layer_norm_backward",
  file,
  code,
  params,
  buffers: { y: "readRows", inverseDeviations: "readRows", dy: "readRows", dx: "writeRows" },
  rows: "rows",
});

/** y = LayerNorm(x) [rows, channels], and every row's 1 / deviation [rows, 1], for the gradient. */
export function layerNorm(x: Tensor): { y: Tensor; inverseDeviations: Tensor } {
  const y = x.gpu.empty(x.rows, x.cols);
  const inverseDeviations = x.gpu.empty(x.rows, 1);
  x.gpu.launch(forward, {
    params: { rows: x.rows, channels: x.cols },
    buffers: { x, y, inverseDeviations },
    workgroups: workgroupsFor,
  });
  return { y, inverseDeviations };
}

/** dx [rows, channels], from what `layerNorm` returned; x itself is not needed. */
export function layerNormBackward(y: Tensor, inverseDeviations: Tensor, dy: Tensor): Tensor {
  const dx = y.gpu.empty(y.rows, y.cols);
  y.gpu.launch(backward, {
    params: { rows: y.rows, channels: y.cols },
    buffers: { y, inverseDeviations, dy, dx },
    workgroups: workgroupsFor,
  });
  return dx;
}
