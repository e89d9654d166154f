/**
 * y = x W + b on the device, and its gradients. W and b are one matrix, b its last row; a matrix with as
 * many rows as there are inputs has no bias.
 */
import { defineKernel, UNIFORM_BYTES, WORKGROUP_SIZE, workgroupsFor } from "../gpu/kernel.ts";
import { blockRows, rowBlocks } from "../gpu/row_blocks.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { fixedSteps } from "./fixed_point.ts";
import code from "./linear.wgsl" with { type: "text" };
import { hasColumns, linearColumns } from "./linear_columns_subgroups.ts";
import {
  hasSubgroups,
  hasWeightSubgroups,
  linearSubgroups,
  linearSubgroupsBackwardWeight,
} from "./linear_subgroups.ts";
import { sumBlocks } from "./sum_blocks.ts";

const file = "linear.wgsl";
const params = { rows: "u32", inputs: "u32", outputs: "u32" } as const;
const buffers = {
  x: "readRows",
  weight: "readWindow",
  uniformWeight: "uniformWindow",
  y: "writeRows",
} as const;

const forward = defineKernel({
  name: "linear",
  file,
  code,
  params,
  buffers,
  rows: "rows",
  fixed: ["y"],
});
const backwardInput = defineKernel({ ...forward, name: "linear_backward_input" });
const backwardWeight = defineKernel({
  name: "linear_backward_weight",
  file,
  code,
  params: { ...params, firstRow: "u32", blockRows: "u32" },
  buffers: { x: "readRows", dy: "readRows", partial: "write" },
  rows: "rows",
});

const backwardWeightShared = defineKernel({
  ...backwardWeight,
  name: "linear_backward_weight_shared",
});

/** Rows and columns of an invocation's tile, forward and to the input; of the weights' 8 × 8. */
const TILE_ROWS = 4;
const TILE_COLUMNS = 16;
const WEIGHT_TILE = 8;
/** Tiles side by side in a workgroup whose lanes share out rows. */
const SHARED_TILES = 4;

/** Where a linear map's result is added, or for the inverse subtracted. */
export interface Residual {
  /** [rows, outputs]: what the result is added to, in place. */
  readonly y: Tensor;
  /** 1 adds the result, -1 subtracts it. */
  readonly sign: 1 | -1;
}

/** x [rows, inputs] times weight [inputs + 1, outputs]: a new y [rows, outputs], or y ± it in place. */
export function linear(x: Tensor, weight: Tensor, residual?: Residual): Tensor {
  checkInputs(x.cols, weight);
  const y = residual?.y ?? x.gpu.empty(x.rows, weight.cols);
  launch(forward, x, weight, { y, inputs: x.cols, sign: residual?.sign ?? 0 });
  return y;
}

/** dx [rows, inputs] of dy [rows, outputs]; `inputs` is told where the weight has no bias. */
export function linearBackwardInput(
  dy: Tensor,
  weight: Tensor,
  inputs: number = weight.rows - 1,
): Tensor {
  checkInputs(inputs, weight);
  if (dy.cols !== weight.cols) throw unfit(dy.cols, weight.cols, "outputs");
  const dx = dy.gpu.empty(dy.rows, inputs);
  launch(backwardInput, dy, weight, { y: dx, inputs, sign: 0 });
  return dx;
}

/** Adds the gradient of weight and bias to dWeight [inputs + 1, outputs], if it is wanted. */
export function linearBackwardWeight(x: Tensor, dy: Tensor, dWeight: Tensor | undefined): void {
  if (dWeight === undefined) return;
  checkInputs(x.cols, dWeight);
  const ofBlock = blockRows(x.rows);
  const blocks = rowBlocks(x.rows);
  using partial = x.gpu.emptyBlocks(x.rows, dWeight.rows, dWeight.cols);
  const BIAS = dWeight.rows - x.cols;
  if (hasWeightSubgroups(x, dy)) {
    linearSubgroupsBackwardWeight(x, dy, partial, { BIAS, blockRows: ofBlock });
  } else {
    const { software } = x.gpu.adapter;
    const [down, across] = [dWeight.rows, dWeight.cols].map((n) => Math.ceil(n / WEIGHT_TILE)) as [
      number,
      number,
    ];
    x.gpu.launch(software ? backwardWeight : backwardWeightShared, {
      constants: { BIAS },
      params: { rows: x.rows, inputs: x.cols, outputs: dy.cols, firstRow: 0, blockRows: ofBlock },
      buffers: { x, dy, partial },
      workgroups: (rows) => {
        const parts = down * rowBlocks(rows, ofBlock);
        return software ? workgroupsFor(parts * across) : parts * Math.ceil(across / SHARED_TILES);
      },
    });
  }
  sumBlocks(partial, blocks, dWeight);
}

function launch(
  kernel: typeof forward,
  x: Tensor,
  weight: Tensor,
  { y, inputs, sign }: { y: Tensor; inputs: number; sign: number },
): void {
  const ofState = { RESIDUAL: sign, FIXED: fixedSteps(y) };
  if (hasSubgroups(weight)) {
    const bySubgroups = hasColumns(x, y.cols) ? linearColumns : linearSubgroups;
    bySubgroups(x, weight, y, { transposed: kernel === backwardInput, inputs, ...ofState });
    return;
  }
  x.gpu.launch(kernel, {
    constants: {
      BIAS: weight.rows - inputs,
      UNIFORM: Number(weight.bytes <= UNIFORM_BYTES),
      ...ofState,
    },
    params: { rows: x.rows, inputs, outputs: weight.cols },
    buffers: { x, weight, uniformWeight: weight, y },
    workgroups: (rows) =>
      Math.ceil(rows / (TILE_ROWS * WORKGROUP_SIZE)) * Math.ceil(y.cols / TILE_COLUMNS),
  });
}

function checkInputs(inputs: number, { rows }: Tensor): void {
  if (rows !== inputs && rows !== inputs + 1) throw unfit(inputs, rows - 1, "inputs");
}

function unfit(actual: number, expected: number, what: string): RangeError {
  return new RangeError(
    `Cannot apply a linear map to ${actual} columns: its weight has ${expected} ${what}`,
  );
}
