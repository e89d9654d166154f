/** Composes the edge encoder that blocks share with a block's own: one linear map of the edge features. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./compose.wgsl" with { type: "text" };

const file = "compose.wgsl";
const params = { features: "u32", width: "u32", channels: "u32" } as const;

const forward = defineKernel({
  name: "compose",
  file,
  code,
  params,
  buffers: { outer: "readWindow", inner: "readWindow", encoder: "write" },
});
const backwardInner = defineKernel({
  name: "compose_backward_inner",
  file,
  code,
  params,
  buffers: { outer: "readWindow", dEncoder: "read", dInner: "writeWindow" },
});
const backwardOuter = defineKernel({
  name: "compose_backward_outer",
  file,
  code,
  params,
  buffers: { dEncoder: "read", inner: "readWindow", dOuter: "writeWindow" },
});

/** outer [features + 1, width] and inner [width + 1, channels] as one map [features + 1, channels]. */
export function compose(outer: Tensor, inner: Tensor): Tensor {
  if (outer.cols !== inner.rows - 1) {
    throw new RangeError(
      `Cannot compose edge encoders: the first gives ${outer.cols} channels, ` +
        `the second takes ${inner.rows - 1}`,
    );
  }
  const encoder = outer.gpu.empty(outer.rows, inner.cols);
  outer.gpu.launch(forward, {
    params: paramsOf(outer, inner),
    buffers: { outer, inner, encoder },
    workgroups: workgroupsFor(outer.rows * inner.stride / 4),
  });
  return encoder;
}

/** Adds the gradients of both maps. */
export function composeBackward(
  outer: Tensor,
  inner: Tensor,
  dEncoder: Tensor,
  gradients: { dOuter: Tensor; dInner: Tensor },
): void {
  const { dOuter, dInner } = gradients;
  outer.gpu.launch(backwardInner, {
    params: paramsOf(outer, inner),
    buffers: { outer, dEncoder, dInner },
    workgroups: workgroupsFor(inner.rows * inner.stride / 4),
  });
  outer.gpu.launch(backwardOuter, {
    params: paramsOf(outer, inner),
    buffers: { dEncoder, inner, dOuter },
    workgroups: workgroupsFor(outer.rows * outer.cols),
  });
}

function paramsOf(outer: Tensor, inner: Tensor) {
  return { features: outer.rows - 1, width: outer.cols, channels: inner.cols };
}
