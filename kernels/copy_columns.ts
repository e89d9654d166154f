/**
 * Copies columns between matrices: joins groups of channels, splits them, and adds them up. Also gathers
 * from matrices too large for one binding, by copies of a few columns at a time: a gather may read any row,
 * so that windows of rows do not help, but it never mixes columns.
 */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Format, Tensor } from "../gpu/tensor.ts";
import { FIXED_STEPS } from "./fixed_point.ts";
import code from "./copy_columns.wgsl" with { type: "text" };

const scalars = defineKernel({
  name: "copy_columns",
  file: "copy_columns.wgsl",
  code,
  params: {
    rows: "u32",
    columns: "u32",
    fromStride: "u32",
    toStride: "u32",
    first: "u32",
    at: "u32",
    clears: "u32",
  },
  buffers: { from: "readRows", to: "writeRows" },
  rows: "rows",
  fixed: ["from", "to"],
});
const vectors = defineKernel({ ...scalars, name: "copy_vectors" });

/** [rows, Σ cols]: matrices side by side, as groups of channels make a state; floats, whatever they are. */
export function joinColumns(parts: readonly Tensor[]): Tensor {
  const { gpu, rows } = parts[0]!;
  const joined = gpu.empty(rows, parts.reduce((sum, part) => sum + part.cols, 0));
  let at = 0;
  for (const part of parts) {
    putColumns(part, joined, at);
    at += part.cols;
  }
  return joined;
}

/** [rows, columns]: a copy of columns from `first` on. */
export function takeColumns(x: Tensor, first: number, columns: number): Tensor {
  return columnsAs(x.format, x, first, columns);
}

function columnsAs(format: Format, x: Tensor, first: number, columns: number): Tensor {
  const part = x.gpu.empty(x.rows, columns).as(format);
  launch(x, part, { columns, first, at: 0 });
  return part;
}

/** y's columns from `at` on become x. */
export function putColumns(x: Tensor, y: Tensor, at: number): void {
  launch(x, y, { columns: x.cols, first: 0, at });
}

/** `count` matrices [rows, cols / count] out of one, of its numbers' format or another. */
export function splitColumns(x: Tensor, count: number, format: Format = x.format): Tensor[] {
  const columns = x.cols / count;
  return Array.from({ length: count }, (_, i) => columnsAs(format, x, i * columns, columns));
}

/** A copy of x. */
export function copy(x: Tensor): Tensor {
  return takeColumns(x, 0, x.cols);
}

/** y += x; y is of floats. */
export function addTo(y: Tensor, x: Tensor): void {
  launch(x, y, { columns: x.cols, first: 0, at: 0 }, true);
}

export interface ColumnSlice {
  readonly first: number;
  readonly columns: number;
}

/** The fewest slices of whole vec4 that each fit a binding; one where all fits, or not even a vec4 does. */
export function columnSlices({ gpu, rows, cols }: Tensor): ColumnSlice[] {
  const most = 4 * Math.floor(gpu.adapter.maxBindingBytes / (16 * rows));
  if (!(most > 0 && most < cols)) return [{ first: 0, columns: cols }];
  return Array.from({ length: Math.ceil(cols / most) }, (_, i) => {
    const first = i * most;
    return { first, columns: Math.min(most, cols - first) };
  });
}

/**
 * Gathers from x [rows, cols] slice by slice, to the bits of a gather from all of x: into a new tensor, or
 * into y. `gather` is given a slice of x, that of y if there is one, and the slice's first column.
 */
export function gatherColumns(
  x: Tensor,
  y: Tensor | undefined,
  gather: (x: Tensor, y: Tensor | undefined, first: number) => Tensor,
): Tensor {
  const slices = columnSlices(x);
  if (slices.length === 1) return gather(x, y, 0);
  const out = y ?? x.gpu.empty(x.rows, x.cols);
  for (const { first, columns } of slices) {
    using part = takeColumns(x, first, columns);
    using gathered = gather(part, y && takeColumns(y, first, columns), first);
    putColumns(gathered, out, first);
  }
  return out;
}

function launch(
  from: Tensor,
  to: Tensor,
  place: { columns: number; first: number; at: number },
  accumulate = false,
): void {
  if (accumulate && to.format === "fixed") {
    throw new TypeError("Cannot add to fixed-point numbers: only a layer's residual does");
  }
  const end = place.at + place.columns;
  const clears = end === to.cols ? to.stride - to.cols : 0;
  const aligned = [place.first, place.at, place.columns].every((columns) => columns % 4 === 0);
  from.gpu.launch(aligned ? vectors : scalars, {
    constants: {
      ACCUMULATE: Number(accumulate),
      FROM_FIXED: Number(from.format === "fixed"),
      TO_FIXED: Number(to.format === "fixed"),
      FIXED: FIXED_STEPS,
    },
    params: { rows: from.rows, fromStride: from.stride, toStride: to.stride, clears, ...place },
    buffers: { from, to },
    workgroups: (rows) =>
      workgroupsFor(rows * (aligned ? place.columns / 4 : place.columns + clears)),
  });
}
