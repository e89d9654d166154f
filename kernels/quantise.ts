/**
 * Activations kept in 8 or in 2 bits on the device, rounded up or down at random so that their mean is what
 * they were (EXACT, Liu et al. 2022).
 */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import { paddedCols, type Tensor, tensorBytes } from "../gpu/tensor.ts";
import code from "./quantise.wgsl" with { type: "text" };

const params = { rows: "u32", cols: "u32", tensor: "u32", firstRow: "u32" } as const;

const quantiseKernel = defineKernel({
  name: "quantise",
  file: "quantise.wgsl",
  code,
  params,
  buffers: { x: "readRows", keys: "read", quantised: "writeRows" },
  rows: "rows",
});
const dequantiseKernel = defineKernel({
  name: "dequantise",
  file: "quantise.wgsl",
  code,
  params,
  buffers: { packed: "readRows", y: "writeRows" },
  rows: "rows",
});

/** Bits that a value can be kept in. */
export type Bits = 8 | 2;

/** What rounding at random is drawn from. */
export interface Rounding {
  /** [1, streams] u32: a step's keys, of which the first is read. */
  readonly keys: Tensor;
  /** The tensor's number in the step: each is rounded by draws of its own. */
  readonly tensor: number;
}

/** Columns of a packed row: its least value, its step, and the values' numbers of steps. */
function packedCols(cols: number, bits: Bits): number {
  return 2 + Math.ceil(cols * bits / 32);
}

/** Bytes of the packed form of a matrix [rows, cols]. */
export function quantisedBytes(rows: number, cols: number, bits: Bits): number {
  return tensorBytes(rows, packedCols(cols, bits));
}

/** x [rows, cols] in packed form, [rows, 2 + words]. */
export function quantise(x: Tensor, bits: Bits, { keys, tensor }: Rounding): Tensor {
  const { gpu, rows, cols } = x;
  const quantised = gpu.empty(rows, packedCols(cols, bits)).as("words");
  gpu.launch(quantiseKernel, {
    constants: { BITS: bits },
    params: { rows, cols, tensor, firstRow: 0 },
    buffers: { x, keys, quantised },
    workgroups: workgroupsFor,
  });
  return quantised;
}

/** What `quantise` packed, [rows, cols] again: each value within one step of what it was. */
export function dequantise(packed: Tensor, cols: number, bits: Bits): Tensor {
  const { gpu, rows } = packed;
  if (packed.cols !== packedCols(cols, bits)) {
    throw new RangeError(
      `Cannot unpack ${cols} columns of ${bits} bits: a packed row has ${packed.cols} words, ` +
        `expected ${packedCols(cols, bits)}`,
    );
  }
  const y = gpu.empty(rows, cols);
  gpu.launch(dequantiseKernel, {
    constants: { BITS: bits },
    params: { rows, cols, tensor: 0, firstRow: 0 },
    buffers: { packed, y },
    workgroups: (rows) => workgroupsFor(rows * paddedCols(cols) / 4),
  });
  return y;
}
