/**
 * y = mask ⊙ ReLU(BatchNorm(x)) on the device, or without ReLU, with statistics that it is given, and its
 * gradients.
 */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import { reductionWorkgroups, rowBlocks } from "../gpu/row_blocks.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./batch_norm_act.wgsl" with { type: "text" };
import type { Dropout } from "./dropout.ts";
import { constantsOf, params as ofRows, paramsOf as paramsOfRows } from "./norm_act.ts";
import { sumBlocks } from "./sum_blocks.ts";

const file = "batch_norm_act.wgsl";
const params = { ...ofRows, totalRows: "u32" } as const;
const inputs = {
  x: "readRows",
  affine: "readWindow",
  statistics: "readWindow",
  keys: "read",
} as const;

const forward = defineKernel({
  name: "batch_norm_act",
  file,
  code,
  params,
  buffers: { ...inputs, y: "writeRows" },
  rows: "rows",
  fixed: ["x"],
});
const backward = defineKernel({
  name: "batch_norm_act_backward",
  file,
  code,
  params,
  buffers: { ...inputs, dy: "readRows", sums: "read", dx: "writeRows" },
  rows: "rows",
  fixed: ["x"],
});
const backwardAffine = defineKernel({
  name: "batch_norm_act_backward_affine",
  file,
  code,
  params,
  buffers: { ...inputs, dy: "readRows", partial: "write" },
  rows: "rows",
  fixed: ["x"],
});
const backwardAffineShared = defineKernel({
  ...backwardAffine,
  name: "batch_norm_act_backward_affine_shared",
});

/** Rows of an invocation on a processor, where to load a channel's norm takes as long as to load a row. */
const PROCESSOR_ROWS = 16;

/** The statistics that a batch is normalised by. */
export interface Statistics {
  /** [2, channels]: mean and 1 / deviation as measured, or running mean and variance. */
  readonly values: Tensor;
  /** Whether they are running ones: constants, through which no gradient passes. */
  readonly running: boolean;
}

/** What follows a norm. */
export interface Following {
  /** Whether ReLU does, before the mask; default true. */
  readonly relu?: boolean | undefined;
}

/** mask ⊙ ReLU(BatchNorm(x; affine)), or without ReLU. */
export function batchNormAct(
  x: Tensor,
  affine: Tensor,
  { values, running }: Statistics,
  dropout?: Dropout,
  { relu = true }: Following = {},
): Tensor {
  checkWidth(x, affine, "scale and shift");
  checkWidth(x, values, "mean and deviation");
  const y = x.gpu.empty(x.rows, x.cols);
  const ROWS = rowsAtOnce(x);
  x.gpu.launch(forward, {
    constants: { ...constantsOf(x, dropout), ROWS, RUNNING: Number(running), RELU: Number(relu) },
    params: paramsOf(x, dropout),
    buffers: { x, affine, statistics: values, keys: dropout?.keys, y },
    workgroups: (rows) => workgroupsFor(Math.ceil(rows / ROWS) * x.stride / 4),
  });
  return y;
}

/**
 * Gradients of `batchNormAct`, also through measured statistics: adds those of the scale and shift to
 * dAffine, and writes those of x to a new tensor, or adds them to `into`.
 */
export function batchNormActBackward(
  x: Tensor,
  affine: Tensor,
  { values, running }: Statistics,
  dy: Tensor,
  { dropout, dAffine, into, relu = true }: Following & {
    dropout?: Dropout | undefined;
    dAffine?: Tensor | undefined;
    into?: Tensor | undefined;
  },
): Tensor {
  checkWidth(x, affine, "scale and shift");
  checkWidth(x, values, "mean and deviation");
  const dx = into ?? x.gpu.empty(x.rows, x.cols);
  const buffers = { x, affine, statistics: values, keys: dropout?.keys, dy };
  const constants = {
    ...constantsOf(x, dropout),
    RUNNING: Number(running),
    RELU: Number(relu),
  };
  const params = paramsOf(x, dropout);
  const blocks = rowBlocks(x.rows);
  using partial = x.gpu.emptyBlocks(x.rows, 2, x.cols);
  // The gradient of x needs the sums of this batch alone; dAffine may hold others already.
  using sums = x.gpu.empty(2, x.cols);
  const { adapter } = x.gpu;
  const ROWS = rowsAtOnce(x);
  x.gpu.launch(adapter.software ? backwardAffine : backwardAffineShared, {
    constants,
    params,
    buffers: { ...buffers, partial },
    workgroups: (rows) =>
      reductionWorkgroups(adapter, rowBlocks(rows, params.blockRows), x.stride / 4),
  });
  sumBlocks(partial, blocks, sums, false);
  if (dAffine !== undefined) sumBlocks(partial, blocks, dAffine);
  x.gpu.launch(backward, {
    constants: { ...constants, ROWS, ACCUMULATE: Number(into !== undefined) },
    params,
    buffers: { ...buffers, sums, dx },
    workgroups: (rows) => workgroupsFor(Math.ceil(rows / ROWS) * x.stride / 4),
  });
  return dx;
}

/** A card wants many invocations. */
function rowsAtOnce({ gpu }: Tensor): number {
  return gpu.adapter.software ? PROCESSOR_ROWS : 1;
}

function paramsOf(x: Tensor, dropout: Dropout | undefined) {
  return { ...paramsOfRows(x, dropout), totalRows: x.rows };
}

function checkWidth(x: Tensor, { rows, cols }: Tensor, what: string): void {
  if (rows === 2 && cols === x.cols) return;
  throw new RangeError(
    `Cannot normalise ${x.cols} channels with a ${what} of ${rows} × ${cols}: ` +
      `they must be 2 × ${x.cols}`,
  );
}
