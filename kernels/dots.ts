/** The products of one line, a difference, with others: norms and a row of a Gram matrix at once. */
import { defineKernel, WORKGROUP_SIZE, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./dots.wgsl" with { type: "text" };

const file = "dots.wgsl";
const params = { vectors: "u32", invocations: "u32", launch: "u32" } as const;

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

/** Products of a launch; of the first, two are norms. */
const PRODUCTS = 4;
const NORMS = 2;
/** Most invocations of a launch: enough to fill a large card. */
const MOST_INVOCATIONS = 4096;

/** Columns of `dots`' result for so many lines. */
export function dotsCols(lines: number): number {
  return Math.ceil((NORMS + lines) / PRODUCTS) * PRODUCTS;
}

/**
 * Writes [d·d, a·a, d·lines₀, d·lines₁, …] with d = a - b to the beginning of out [1, dotsCols or more].
 * All lines have the shape of a. What follows the products is left undefined.
 */
export function dots(a: Tensor, b: Tensor, lines: readonly Tensor[], out: Tensor): void {
  for (const line of [b, ...lines]) checkLine(line, a);
  if (out.cols < dotsCols(lines.length)) throw tooNarrow(out.cols, lines.length);
  const { gpu } = a;
  const vectors = a.rows * a.stride / 4;
  const invocations = Math.min(MOST_INVOCATIONS, workgroupsFor(vectors) * WORKGROUP_SIZE);
  const launches = dotsCols(lines.length) / PRODUCTS;
  // As many shares whatever the number of lines, so that a growing history takes no other memory.
  using scratch = gpu.empty(MOST_INVOCATIONS, out.stride);
  for (let launch = 0; launch < launches; launch++) {
    const [x0, x1, x2, x3] = [0, 1, 2, 3].map((k) => lines[launch * PRODUCTS - NORMS + k] ?? a);
    gpu.run(shares, {
      constants: { NORMS: Number(launch === 0) },
      params: { vectors, invocations, launch },
      buffers: { a, b, x0: x0!, x1: x1!, x2: x2!, x3: x3!, shares: scratch },
      workgroups: workgroupsFor(invocations),
    });
  }
  gpu.run(total, {
    params: { vectors, invocations, launch: 0 },
    buffers: { shares: scratch, out },
    workgroups: launches,
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
