/**
 * The products of `linear` by subgroups of 8, for drivers on the processor: the same bits in 0.55 to 0.75
 * of the time (kernels/NOTES.md).
 */
import { defineKernel, UNIFORM_BYTES, WORKGROUP_SIZE, workgroupsFor } from "../gpu/kernel.ts";
import { rowBlocks } from "../gpu/row_blocks.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./linear_subgroups.wgsl" with { type: "text" };

const file = "linear_subgroups.wgsl";
const params = { rows: "u32", inputs: "u32", outputs: "u32" } as const;

const forward = defineKernel({
  name: "linear_subgroups",
  file,
  code,
  params,
  buffers: { x: "readRows", uniformWeight: "uniformWindow", y: "writeRows" },
  rows: "rows",
  fixed: ["y"],
});
const backwardInput = defineKernel({ ...forward, name: "linear_subgroups_backward_input" });
const backwardWeight = defineKernel({
  name: "linear_subgroups_backward_weight",
  file,
  code,
  params: { ...params, firstRow: "u32", blockRows: "u32" },
  buffers: { x: "readRows", dy: "readRows", partial: "write" },
  rows: "rows",
});

const SUBGROUP = 8;
const TILE_ROWS = 4;
/** Vectors of 4 columns of an invocation: more would spill, fewer are not worth a pipeline of their own. */
const MOST_VECTORS = 8;
const FEWEST_VECTORS = 4;
/** Inputs of an invocation's tile of the weights. */
const TILE_INPUTS = 16;

/** Whether products by a weight can go by subgroups: it must fit a uniform window. */
export function hasSubgroups({ gpu, bytes }: Tensor): boolean {
  return gpu.adapter.subgroup === SUBGROUP && bytes <= UNIFORM_BYTES;
}

/** y (+)= x W + b, or where `transposed` y (+)= x Wᵀ. */
export function linearSubgroups(
  x: Tensor,
  weight: Tensor,
  y: Tensor,
  { transposed, inputs, ...ofState }: {
    readonly transposed: boolean;
    readonly inputs: number;
    readonly RESIDUAL: number;
    readonly FIXED: number;
  },
): void {
  const vectors = y.stride / 4;
  const whole = Math.ceil(vectors / Math.ceil(vectors / MOST_VECTORS));
  const VECTORS = Math.max(FEWEST_VECTORS, whole || 0);
  x.gpu.launch(transposed ? backwardInput : forward, {
    constants: { BIAS: weight.rows - inputs, VECTORS, ...ofState },
    params: { rows: x.rows, inputs, outputs: weight.cols },
    buffers: { x, uniformWeight: weight, y },
    workgroups: (rows) =>
      Math.ceil(rows / (TILE_ROWS * WORKGROUP_SIZE)) * Math.ceil(vectors / VECTORS),
  });
}

/**
 * Whether the weight's gradient can go by subgroups: the lanes of one may own tiles of two blocks of
 * inputs at most, and tiles must not be mostly empty.
 */
export function hasWeightSubgroups(x: Tensor, dy: Tensor): boolean {
  const vectors = dy.stride / 4;
  return x.gpu.adapter.subgroup === SUBGROUP && x.cols >= TILE_INPUTS &&
    (vectors === SUBGROUP / 2 || vectors >= SUBGROUP - 1);
}

/** What `linear_backward_weight` writes to partial [blocks, inputs + bias, outputs]. */
export function linearSubgroupsBackwardWeight(
  x: Tensor,
  dy: Tensor,
  partial: Tensor,
  { BIAS, blockRows }: { readonly BIAS: number; readonly blockRows: number },
): void {
  const tiles = Math.ceil(x.cols / TILE_INPUTS) * dy.stride / 4;
  const lanes = Math.ceil(tiles / SUBGROUP) * SUBGROUP;
  x.gpu.launch(backwardWeight, {
    constants: { BIAS },
    params: { rows: x.rows, inputs: x.cols, outputs: dy.cols, firstRow: 0, blockRows },
    buffers: { x, dy, partial },
    workgroups: (rows) => workgroupsFor(lanes * rowBlocks(rows, blockRows)),
  });
}
