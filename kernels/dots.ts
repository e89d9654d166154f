/** Dot products of one line, a difference, with others: norms and a row of a Gram matrix at once. */
import { defineKernel, WORKGROUP_SIZE, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./dots.wgsl" with { type: "text" };

const file = "dots.wgsl";
const params = { vectors: "u32", invocations: "u32", lines: "u32", row: "u32" } as const;

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

/** Lines of a launch. */
const LINES = 4;
/** Most invocations of a launch: enough to fill a large card. */
const MOST_INVOCATIONS = 4096;

/** Columns of `dots`' result before the products with lines: the norms, padded. */
export const NORM_COLS = 4;

/** Columns of `dots`' result for so many lines. */
export function dotsCols(lines: number): number {
  return NORM_COLS + Math.ceil(lines / LINES) * LINES;
}

/**
 * Writes [d·d, a·a, 0, 0, d·lines₀, d·lines₁, …] with d = a - b to the beginning of out [1, dotsCols or
 * more]. All lines have the shape of a. What follows the products is left as it is.
 */
export function dots(a: Tensor, b: Tensor, lines: readonly Tensor[], out: Tensor): void {
  for (const line of [b, ...lines]) checkLine(line, a);
  if (out.cols < dotsCols(lines.length)) throw tooNarrow(out.cols, lines.length);
  const { gpu } = a;
  const vectors = a.rows * a.stride / 4;
  const invocations = Math.min(MOST_INVOCATIONS, workgroupsFor(vectors) * WORKGROUP_SIZE);
  // As many shares whatever the number of lines, so that a growing history takes no other memory.
  using scratch = gpu.empty(MOST_INVOCATIONS, out.stride);
  let row = 0;
  do {
    const taken = lines.slice(row * LINES, (row + 1) * LINES);
    const [x0, x1, x2, x3] = taken;
    const first = row++ === 0;
    gpu.launch(shares, {
      constants: { NORMS: Number(first) },
      params: { vectors, invocations, lines: taken.length, row },
      buffers: { a, b, x0, x1, x2, x3, shares: scratch },
      workgroups: workgroupsFor(invocations),
    });
  } while (row * LINES < lines.length);
  gpu.launch(total, {
    params: { vectors, invocations, lines: 0, row: 0 },
    buffers: { shares: scratch, out },
    workgroups: dotsCols(lines.length) / LINES,
  });
}

function checkLine(line: Tensor, { rows, cols }: Tensor): void {
  if (line.rows === rows && line.cols === cols) return;
  throw new RangeError(
    `Cannot multiply lines of different shapes: ${line.rows} × ${line.cols} with ${rows} × ${cols}`,
  );
}

function tooNarrow(cols: number, lines: number): RangeError {
  return new RangeError(
    `Cannot multiply a line with ${lines} others: out has ${cols} columns, expected ${
      dotsCols(lines)
    } or more`,
  );
}
