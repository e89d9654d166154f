/** A linear combination of lines; its coefficients are on the device. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./combine.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "combine",
  file: "combine.wgsl",
  code,
  params: { vectors: "u32", lines: "u32", own: "u32", first: "u32" },
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

/** Lines of a launch. */
const LINES = 6;

/**
 * y = c₀ y + c₁ lines₀ + c₂ lines₁ + …, in place, c beginning `at` values into coefficients [1, …].
 * All lines have the shape of y and are other memory. Where c₀ is 0, y may hold anything before.
 */
export function combine(
  y: Tensor,
  lines: readonly Tensor[],
  coefficients: Tensor,
  at: number,
): void {
  check(y, lines, coefficients.cols - at);
  const vectors = y.rows * y.stride / 4;
  for (let from = 0; from < lines.length; from += LINES) {
    const taken = lines.slice(from, from + LINES);
    const [x0, x1, x2, x3, x4, x5] = taken;
    y.gpu.launch(kernel, {
      constants: { ACCUMULATE: Number(from > 0) },
      params: { vectors, lines: taken.length, own: at, first: at + 1 + from },
      buffers: { coefficients, x0, x1, x2, x3, x4, x5, y },
      workgroups: workgroupsFor(vectors),
    });
  }
}

function check(y: Tensor, lines: readonly Tensor[], coefficients: number): void {
  if (lines.length === 0 || coefficients < 1 + lines.length) {
    throw new RangeError(
      `Cannot combine ${lines.length} lines with ${coefficients} coefficients: ` +
        "expected a line or more, and a coefficient for y and each of them",
    );
  }
  for (const { rows, cols } of lines) {
    if (rows === y.rows && cols === y.cols) continue;
    throw new RangeError(
      `Cannot combine lines of different shapes: y is ${y.rows} × ${y.cols}, a line ${rows} × ${cols}`,
    );
  }
}
