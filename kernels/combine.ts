/** A linear combination of tensors of one shape; its coefficients are on the device. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./combine.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "combine",
  file: "combine.wgsl",
  code,
  params: { vectors: "u32", tensors: "u32", own: "u32", first: "u32" },
  buffers: {
    coefficients: "read",
    x0: "read",
    x1: "read",
    x2: "read",
    x3: "read",
    x4: "read",
    x5: "read",
    y: "write",
  },
});

/** The most tensors that a launch adds. */
const TENSORS = 6;

/**
 * y = c₀ y + c₁ tensors₀ + c₂ tensors₁ + …, in place; c₀ is the value `at` of coefficients [1, …]. All
 * tensors have y's shape and share no memory with it. Where c₀ is 0, y may hold anything before.
 */
export function combine(
  y: Tensor,
  tensors: readonly Tensor[],
  coefficients: Tensor,
  at: number,
): void {
  check(y, tensors, coefficients.cols - at);
  const vectors = y.rows * y.stride / 4;
  for (let from = 0; from < tensors.length; from += TENSORS) {
    const taken = tensors.slice(from, from + TENSORS);
    const [x0, x1, x2, x3, x4, x5] = taken;
    y.gpu.launch(kernel, {
      constants: { ACCUMULATE: Number(from > 0) },
      params: { vectors, tensors: taken.length, own: at, first: at + 1 + from },
      buffers: { coefficients, x0, x1, x2, x3, x4, x5, y },
      workgroups: workgroupsFor(vectors),
    });
  }
}

function check(y: Tensor, tensors: readonly Tensor[], coefficients: number): void {
  if (tensors.length === 0 || coefficients < 1 + tensors.length) {
    throw new RangeError(
      `Cannot combine ${tensors.length} tensors with ${coefficients} coefficients: ` +
        "expected a tensor or more, and a coefficient for y and each of them",
    );
  }
  for (const { rows, cols } of tensors) {
    if (rows === y.rows && cols === y.cols) continue;
    throw new RangeError(
      `Cannot combine tensors of different shapes: y is ${y.rows} × ${y.cols}, another ${rows} × ${cols}`,
    );
  }
}
