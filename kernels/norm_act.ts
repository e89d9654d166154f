/**
 * y = mask ⊙ ReLU(LayerNorm(x)) on the device, and its gradients: the pre-activation of every block.
 * Also LayerNorm(ReLU(x)), with which an equilibrium model's function ends.
 */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import { blockRows, reductionWorkgroups, rowBlocks } from "../gpu/row_blocks.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { fixedSteps } from "./fixed_point.ts";
import code from "./norm_act.wgsl" with { type: "text" };
import { type Dropout, maskParams } from "./dropout.ts";
import { sumBlocks } from "./sum_blocks.ts";

const file = "norm_act.wgsl";
/** The parameters of norm_act.wgsl and of batch_norm_act.wgsl. */
export const params = {
  rows: "u32",
  channels: "u32",
  firstChannel: "u32",
  stream: "u32",
  layer: "u32",
  threshold: "u32",
  factor: "f32",
  firstRow: "u32",
  blockRows: "u32",
} as const;
const inputs = { x: "readRows", affine: "readWindow", keys: "read" } as const;
const saved = { ...inputs, moments: "readRows", dy: "readRows" } as const;

const forward = defineKernel({
  name: "norm_act",
  file,
  code,
  params,
  buffers: { ...inputs, y: "writeRows", moments: "writeRows" },
  rows: "rows",
  fixed: ["x"],
});
const backward = defineKernel({
  name: "norm_act_backward",
  file,
  code,
  params,
  buffers: { ...saved, dx: "writeRows" },
  rows: "rows",
  fixed: ["x"],
});
const backwardBlocks = defineKernel({
  ...backward,
  name: "norm_act_backward_blocks",
  buffers: { ...saved, dx: "writeRows", partial: "write" },
});
const backwardAffine = defineKernel({
  name: "norm_act_backward_affine",
  file,
  code,
  params,
  buffers: { ...saved, partial: "write" },
  rows: "rows",
  fixed: ["x"],
});

const backwardAffineShared = defineKernel({
  ...backwardAffine,
  name: "norm_act_backward_affine_shared",
});

/**
 * Vectors of 4 channels of a row that an invocation holds at most: forward, backward, and where it sums the
 * gradients of scale and shift as well. They are the lengths of norm_act.wgsl's arrays; more take seconds to
 * compile.
 */
export const MOST_HELD = { forward: 20, backward: 10, blocks: 5 };

/** Invocations of a workgroup that takes blocks of rows, of which there are few. */
const BLOCKS_OF_WORKGROUP = 8;

/** mask ⊙ ReLU(LayerNorm(x; affine)), and the rows' moments, which the backward pass needs. */
export function normAct(
  x: Tensor,
  affine: Tensor,
  dropout?: Dropout,
): { y: Tensor; moments: Tensor } {
  return launch(x, affine, dropout, false);
}

/** LayerNorm(ReLU(x); affine), and the moments of the rows of ReLU(x). */
export function actNorm(x: Tensor, affine: Tensor): { y: Tensor; moments: Tensor } {
  return launch(x, affine, undefined, true);
}

function launch(x: Tensor, affine: Tensor, dropout: Dropout | undefined, reluFirst: boolean) {
  checkAffine(x, affine);
  const y = x.gpu.empty(x.rows, x.cols);
  const moments = x.gpu.empty(x.rows, 2);
  x.gpu.launch(forward, {
    constants: {
      ...constantsOf(x, dropout),
      RELU_FIRST: Number(reluFirst),
      HELD: heldOf(x, MOST_HELD.forward),
    },
    params: paramsOf(x, dropout),
    buffers: { x, affine, keys: dropout?.keys, y, moments },
    workgroups: workgroupsFor,
  });
  return { y, moments };
}

/** Tensors to add gradients to. */
export interface NormGradients {
  /** [2, channels]: the scale's and the shift's are added here. */
  readonly dAffine?: Tensor | undefined;
  /** x's gradient is added here instead of written to a new tensor. */
  readonly into?: Tensor | undefined;
}

/** dx of `normAct`. */
export function normActBackward(
  x: Tensor,
  affine: Tensor,
  moments: Tensor,
  dy: Tensor,
  options: NormGradients & { readonly dropout?: Dropout | undefined },
): Tensor {
  return launchBackward({ x, affine, moments, dy }, options, false);
}

/** dx of `actNorm`. */
export function actNormBackward(
  x: Tensor,
  affine: Tensor,
  moments: Tensor,
  dy: Tensor,
  options: NormGradients = {},
): Tensor {
  return launchBackward({ x, affine, moments, dy }, options, true);
}

function launchBackward(
  saved: Record<"x" | "affine" | "moments" | "dy", Tensor>,
  { dropout, dAffine, into }: NormGradients & { readonly dropout?: Dropout | undefined },
  reluFirst: boolean,
): Tensor {
  const { x, affine } = saved;
  checkAffine(x, affine);
  const dx = into ?? x.gpu.empty(x.rows, x.cols);
  const params = paramsOf(x, dropout);
  const buffers = { ...saved, keys: dropout?.keys };
  const constants = { ...constantsOf(x, dropout), RELU_FIRST: Number(reluFirst) };
  const ofDx = {
    ...constants,
    ACCUMULATE: Number(into !== undefined),
    HELD: heldOf(x, MOST_HELD.backward),
  };
  if (dAffine !== undefined) {
    const { adapter } = x.gpu;
    const blocksOf = (rows: number) => rowBlocks(rows, params.blockRows);
    using partial = x.gpu.emptyBlocks(x.rows, 2, x.cols);
    const atOnce = adapter.software && heldOf(x, MOST_HELD.blocks) > 0;
    if (atOnce) {
      x.gpu.launch(backwardBlocks, {
        constants: { ...ofDx, WORKGROUP_SIZE: BLOCKS_OF_WORKGROUP },
        params,
        buffers: { ...buffers, dx, partial },
        workgroups: (rows) => Math.ceil(blocksOf(rows) / BLOCKS_OF_WORKGROUP),
      });
    } else {
      x.gpu.launch(adapter.software ? backwardAffine : backwardAffineShared, {
        constants,
        params,
        buffers: { ...buffers, partial },
        workgroups: (rows) => reductionWorkgroups(adapter, blocksOf(rows), x.stride / 4),
      });
    }
    sumBlocks(partial, blocksOf(x.rows), dAffine);
    if (atOnce) return dx;
  }
  x.gpu.launch(backward, {
    constants: ofDx,
    params,
    buffers: { ...buffers, dx },
    workgroups: workgroupsFor,
  });
  return dx;
}

/** Vectors of a row of x, where they are at most so many; 0 where an invocation cannot hold it. */
function heldOf({ stride }: Tensor, most: number): number {
  return stride <= 4 * most ? stride / 4 : 0;
}

/** The constants of a norm over x, whatever it normalises. */
export function constantsOf(x: Tensor, dropout: Dropout | undefined) {
  return { DROPOUT: Number(dropout !== undefined), FIXED: fixedSteps(x) };
}

/** The launch parameters of a norm over x, whether of rows or of the batch. */
export function paramsOf(x: Tensor, dropout: Dropout | undefined) {
  return {
    rows: x.rows,
    channels: x.cols,
    ...maskParams(dropout),
    firstRow: 0,
    blockRows: blockRows(x.rows),
  };
}

function checkAffine(x: Tensor, affine: Tensor): void {
  if (affine.rows === 2 && affine.cols === x.cols) return;
  throw new RangeError(
    `Cannot normalise rows of ${x.cols} channels with a scale and shift of ` +
      `${affine.rows} × ${affine.cols}: they must be 2 × ${x.cols}`,
  );
}
