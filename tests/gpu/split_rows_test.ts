import { openDryRun } from "../../gpu/dry_run.ts";
import { defineKernel, workgroupsFor } from "../../gpu/kernel.ts";
import { splitRows } from "../../gpu/split_rows.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";

const kernel = defineKernel({
  name: "test",
  file: "test.wgsl",
  code: "",
  params: { rows: "u32", firstRow: "u32", blockRows: "u32" },
  buffers: { x: "readRows", scale: "readRows", weight: "read", y: "writeRows" },
  rows: "rows",
});
const gpu = openDryRun();
const limits = { maxBindingBytes: 2048, alignment: 256 };

function launchOf(rows: number, { blockRows = 1, firstRow = 0, weight = gpu.empty(2, 3) } = {}) {
  return {
    params: { rows, firstRow, blockRows },
    buffers: { x: gpu.empty(rows, 5), scale: gpu.empty(1, rows), weight, y: gpu.empty(rows, 0) },
    workgroups: workgroupsFor,
  };
}

const place = ({ offset, rows, cols }: Tensor) => [offset, rows, cols];

Deno.test("splitRows() leaves a launch whose buffers each fit a binding", () => {
  for (const rows of [0, 1, 64]) assertEquals(splitRows(kernel, launchOf(rows), limits), undefined);
});

Deno.test("splitRows() covers every row once, in windows that begin where WebGPU lets them", () => {
  const launch = launchOf(150, { firstRow: 1000 });
  const parts = splitRows(kernel, launch, limits)!;
  assertEquals(parts.map(({ params }) => [params.firstRow, params.rows]), [
    [1000, 64],
    [1064, 64],
    [1128, 22],
  ]);
  assertEquals(parts.map(({ buffers }) => place(buffers.x!)), [
    [0, 64, 5],
    [64 * 32, 64, 5],
    [128 * 32, 22, 5],
  ]);
  assertEquals(parts.map(({ buffers }) => place(buffers.scale!)), [
    [0, 1, 64],
    [256, 1, 64],
    [512, 1, 22],
  ]);
  // Rows of nothing are all at one place.
  assertEquals(parts.map(({ buffers }) => place(buffers.y!)), [[0, 64, 0], [0, 64, 0], [0, 22, 0]]);
  assert(parts.every(({ buffers }) => buffers.weight === launch.buffers.weight));
});

Deno.test("splitRows() keeps blocks of rows whole", () => {
  const wide = { ...limits, maxBindingBytes: 2048 * 4 };
  const parts = splitRows(kernel, launchOf(500, { blockRows: 48 }), wide)!;
  assertEquals(parts.map(({ params }) => params.rows), [192, 192, 116]);
});

Deno.test("splitRows() throws a sentence where no window would do", () => {
  assertThrows(
    () => splitRows(kernel, launchOf(150, { blockRows: 128 }), limits),
    RangeError,
    "Cannot run test: it needs 128 × 5 of its x at once, 4 KiB, " +
      "a binding of the adapter covers 2 KiB, use fewer channels or more parts",
  );
  assertThrows(
    () => splitRows(kernel, launchOf(1, { weight: gpu.empty(200, 3) }), limits),
    RangeError,
    "Cannot run test: it needs 200 × 3 of its weight at once, 3.13 KiB, ",
  );
});
