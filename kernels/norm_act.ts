/** y = mask ⊙ ReLU(LayerNorm(x)) on the device, and its gradients: the pre-activation of every block. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./norm_act.wgsl" with { type: "text" };
import { rowBlocks, sumBlocks } from "./sum_blocks.ts";

const file = "norm_act.wgsl";
/** Those of batch_norm_act.wgsl too. */
export const params = {
  rows: "u32",
  channels: "u32",
  firstChannel: "u32",
  stream: "u32",
  threshold: "u32",
  scale: "f32",
  blocks: "u32",
} as const;
const inputs = { x: "read", affine: "readWindow", keys: "read" } as const;
const saved = { ...inputs, moments: "read", dy: "read" } as const;

const forward = defineKernel({
  name: "norm_act",
  file,
  code,
  params,
  buffers: { ...inputs, y: "write", moments: "write" },
});
const backward = defineKernel({
  name: "norm_act_backward",
  file,
  code,
  params,
  buffers: { ...saved, dx: "write" },
});
const backwardAffine = defineKernel({
  name: "norm_act_backward_affine",
  file,
  code,
  params,
  buffers: { ...saved, partial: "write" },
});

/** A mask that every evaluation of a training step draws alike, from counters alone. */
export interface Dropout {
  /** [1, streams] u32: one key a stream, new at every step. */
  readonly keys: Tensor;
  readonly rate: number;
  /** 0: the mask shared by all layers. 1: the mask before the head. */
  readonly stream: 0 | 1;
  /** Where these channels begin within the mask: a group takes its slice. */
  readonly firstChannel: number;
}

/** mask ⊙ ReLU(LayerNorm(x; affine)), and the rows' moments, which the backward pass needs. */
export function normAct(
  x: Tensor,
  affine: Tensor,
  dropout?: Dropout,
): { y: Tensor; moments: Tensor } {
  checkAffine(x, affine);
  const y = x.gpu.empty(x.rows, x.cols);
  const moments = x.gpu.empty(x.rows, 2);
  x.gpu.run(forward, {
    constants: { DROPOUT: Number(dropout !== undefined) },
    params: paramsOf(x, dropout, 0),
    buffers: { x, affine, keys: dropout?.keys ?? x, y, moments },
    workgroups: workgroupsFor(x.rows),
  });
  return { y, moments };
}

/**
 * Gradients of `normAct`: adds those of the scale and shift to dAffine, and writes those of x to a new
 * tensor, or adds them to `into`.
 */
export function normActBackward(
  x: Tensor,
  affine: Tensor,
  moments: Tensor,
  dy: Tensor,
  options: {
    dropout?: Dropout | undefined;
    dAffine?: Tensor | undefined;
    into?: Tensor | undefined;
  },
): Tensor {
  checkAffine(x, affine);
  const { dropout, dAffine, into } = options;
  const dx = into ?? x.gpu.empty(x.rows, x.cols);
  const inputs = { x, affine, keys: dropout?.keys ?? x, moments, dy };
  const DROPOUT = Number(dropout !== undefined);
  if (dAffine !== undefined) {
    const blocks = rowBlocks(x.rows);
    using partial = x.gpu.empty(blocks * 2, x.cols);
    x.gpu.run(backwardAffine, {
      constants: { DROPOUT },
      params: paramsOf(x, dropout, blocks),
      buffers: { ...inputs, partial },
      workgroups: workgroupsFor(blocks * x.stride / 4),
    });
    sumBlocks(partial, blocks, dAffine);
  }
  x.gpu.run(backward, {
    constants: { DROPOUT, ACCUMULATE: Number(into !== undefined) },
    params: paramsOf(x, dropout, 0),
    buffers: { ...inputs, dx },
    workgroups: workgroupsFor(x.rows),
  });
  return dx;
}

/** What a norm over x launches with, whatever it normalises. */
export function paramsOf(x: Tensor, dropout: Dropout | undefined, blocks: number) {
  const rate = dropout?.rate ?? 0;
  return {
    rows: x.rows,
    channels: x.cols,
    firstChannel: dropout?.firstChannel ?? 0,
    stream: dropout?.stream ?? 0,
    threshold: Math.floor(rate * 2 ** 32),
    scale: 1 / (1 - rate),
    blocks,
  };
}

function checkAffine(x: Tensor, affine: Tensor): void {
  if (affine.rows === 2 && affine.cols === x.cols) return;
  throw new RangeError(
    `Cannot normalise rows of ${x.cols} channels with a scale and shift of ` +
      `${affine.rows} × ${affine.cols}: they must be 2 × ${x.cols}`,
  );
}
