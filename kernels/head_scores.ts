/** Attention scores of nodes on the device, a dot product a head, and their gradients. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./head_scores.wgsl" with { type: "text" };
import { rowBlocks, sumBlocks } from "./sum_blocks.ts";

const file = "head_scores.wgsl";
const params = { nodes: "u32", heads: "u32", channels: "u32", blocks: "u32" } as const;

const forward = defineKernel({
  name: "head_scores",
  file,
  code,
  params,
  buffers: { vectors: "readWindow", scale: "read", x: "read", scores: "write" },
});
const backward = defineKernel({
  name: "head_scores_backward",
  file,
  code,
  params,
  buffers: { vectors: "readWindow", scale: "read", dScores: "read", dx: "write" },
});
const backwardVectors = defineKernel({
  name: "head_scores_backward_vectors",
  file,
  code,
  params,
  buffers: { x: "read", scale: "read", dScores: "read", partial: "write" },
});

/** scores [nodes, heads] of x [nodes, heads · d]: scale_i Σ_c x_ihc vectors_hc; scale is 1 if absent. */
export function headScores(
  x: Tensor,
  vectors: Tensor,
  { heads, scale }: { heads: number; scale?: Tensor | undefined },
): Tensor {
  checkShapes(x, vectors, heads);
  const scores = x.gpu.empty(x.rows, heads);
  x.gpu.run(forward, {
    constants: { SCALED: Number(scale !== undefined) },
    params: paramsOf(x, heads),
    buffers: { vectors, scale: scale ?? x, x, scores },
    workgroups: workgroupsFor(x.rows * heads),
  });
  return scores;
}

/** Adds the gradients of `headScores` to dx [nodes, heads · d] and dVectors [1, heads · d]. */
export function headScoresBackward(
  x: Tensor,
  vectors: Tensor,
  dScores: Tensor,
  { scale, dx, dVectors }: { scale?: Tensor | undefined; dx: Tensor; dVectors: Tensor | undefined },
): void {
  const heads = dScores.cols;
  checkShapes(x, vectors, heads);
  const constants = {
    SCALED: Number(scale !== undefined),
    ALIGNED: Number(x.cols / heads % 4 === 0),
  };
  if (dVectors !== undefined) {
    const blocks = rowBlocks(x.rows);
    using partial = x.gpu.empty(blocks, x.cols);
    x.gpu.run(backwardVectors, {
      constants,
      params: paramsOf(x, heads, blocks),
      buffers: { x, scale: scale ?? x, dScores, partial },
      workgroups: workgroupsFor(blocks * x.stride / 4),
    });
    sumBlocks(partial, blocks, dVectors);
  }
  x.gpu.run(backward, {
    constants,
    params: paramsOf(x, heads),
    buffers: { vectors, scale: scale ?? x, dScores, dx },
    workgroups: workgroupsFor(x.rows * x.stride / 4),
  });
}

function paramsOf(x: Tensor, heads: number, blocks = 0) {
  return { nodes: x.rows, heads, channels: x.cols / heads, blocks };
}

function checkShapes(x: Tensor, vectors: Tensor, heads: number): void {
  if (vectors.rows !== 1 || vectors.cols !== x.cols) {
    throw new RangeError(
      `Cannot score rows of ${x.cols} channels with attention vectors of ` +
        `${vectors.rows} × ${vectors.cols}: they must be 1 × ${x.cols}`,
    );
  }
  if (x.cols % heads !== 0) {
    throw new RangeError(
      `Cannot split ${x.cols} channels into ${heads} heads: channels must be a multiple of heads`,
    );
  }
}
