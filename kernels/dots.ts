/** Dot products of a difference of tensors with other tensors: norms and a row of a Gram matrix at once. */
import { defineKernel, WORKGROUP_SIZE, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./dots.wgsl" with { type: "text" };

const file = "dots.wgsl";
const params = { vectors: "u32", invocations: "u32", tensors: "u32", row: "u32" } as const;

const shares = defineKernel({
  name: "dots",
  file,
  code,
  params,
  buffers: {
    a: "read",
    b: "read",
    x0: "read",
    x1: "read",
    x2: "read",
    x3: "read",
    shares: "write",
  },
});
const total = defineKernel({
  name: "dots_total",
  file,
  code,
  params,
  buffers: { shares: "read", out: "write" },
});

/** The most tensors that a launch multiplies by. */
const TENSORS = 4;
/** The most invocations of a launch: enough to keep a large GPU busy. */
const MOST_INVOCATIONS = 4096;

/** Columns of `dots`' result before the products: the norms, padded. */
export const NORM_COLS = 4;

/** Columns of `dots`' result for `tensors` products. */
export function dotsCols(tensors: number): number {
  return NORM_COLS + Math.ceil(tensors / TENSORS) * TENSORS;
}

/**
 * Writes [d·d, a·a, 0, 0, d·tensors₀, d·tensors₁, …] with d = a - b to the beginning of out, which is
 * [1, dotsCols or more]. All tensors have a's shape. What follows the products is left as it is.
 */
export function dots(a: Tensor, b: Tensor, tensors: readonly Tensor[], out: Tensor): void {
  for (const tensor of [b, ...tensors]) checkShape(tensor, a);
  if (out.cols < dotsCols(tensors.length)) throw tooNarrow(out.cols, tensors.length);
  const { gpu } = a;
  const vectors = a.rows * a.stride / 4;
  const invocations = Math.min(MOST_INVOCATIONS, workgroupsFor(vectors) * WORKGROUP_SIZE);
  // Its size does not depend on the number of tensors, so that a growing history takes no more memory.
  using scratch = gpu.empty(MOST_INVOCATIONS, out.stride);
  let row = 0;
  do {
    const taken = tensors.slice(row * TENSORS, (row + 1) * TENSORS);
    const [x0, x1, x2, x3] = taken;
    const first = row++ === 0;
    gpu.launch(shares, {
      constants: { NORMS: Number(first) },
      params: { vectors, invocations, tensors: taken.length, row },
      buffers: { a, b, x0, x1, x2, x3, shares: scratch },
      workgroups: workgroupsFor(invocations),
    });
  } while (row * TENSORS < tensors.length);
  gpu.launch(total, {
    params: { vectors, invocations, tensors: 0, row: 0 },
    buffers: { shares: scratch, out },
    workgroups: dotsCols(tensors.length) / TENSORS,
  });
}

function checkShape(x: Tensor, { rows, cols }: Tensor): void {
  if (x.rows === rows && x.cols === cols) return;
  throw new RangeError(
    `Cannot multiply tensors of different shapes: ${x.rows} × ${x.cols} with ${rows} × ${cols}`,
  );
}

function tooNarrow(cols: number, tensors: number): RangeError {
  return new RangeError(
    `Cannot multiply a tensor with ${tensors} others: out has ${cols} columns, expected ${
      dotsCols(tensors)
    } or more`,
  );
}
