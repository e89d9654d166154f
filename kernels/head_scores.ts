/** Attention scores of nodes on the device, a dot product per head, and their gradients. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import { blockRows, reductionWorkgroups, rowBlocks } from "../gpu/row_blocks.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./head_scores.wgsl" with { type: "text" };
import { sumBlocks } from "./sum_blocks.ts";

const file = "head_scores.wgsl";
const params = {
  nodes: "u32",
  heads: "u32",
  channels: "u32",
  firstRow: "u32",
  blockRows: "u32",
} as const;

const forward = defineKernel({
  name: "head_scores",
  file,
  code,
  params,
  buffers: { vectors: "readWindow", scale: "readRows", x: "readRows", scores: "writeRows" },
  rows: "nodes",
});
const backward = defineKernel({
  name: "head_scores_backward",
  file,
  code,
  params,
  buffers: { vectors: "readWindow", scale: "readRows", dScores: "readRows", dx: "writeRows" },
  rows: "nodes",
});
const backwardVectors = defineKernel({
  name: "head_scores_backward_vectors",
  file,
  code,
  params,
  buffers: { x: "readRows", scale: "readRows", dScores: "readRows", partial: "write" },
  rows: "nodes",
});
const backwardVectorsShared = defineKernel({
  ...backwardVectors,
  name: "head_scores_backward_vectors_shared",
});

/** scores [nodes, heads] of x [nodes, heads · d]: scale_i Σ_c x_ihc vectors_hc; scale is 1 if absent. */
export function headScores(
  x: Tensor,
  vectors: Tensor,
  { heads, scale }: { heads: number; scale?: Tensor | undefined },
): Tensor {
  checkShapes(x, vectors, heads);
  const scores = x.gpu.empty(x.rows, heads);
  x.gpu.launch(forward, {
    constants: { SCALED: Number(scale !== undefined) },
    params: paramsOf(x, heads),
    buffers: { vectors, scale, x, scores },
    workgroups: (rows) => workgroupsFor(rows * heads),
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
  const params = paramsOf(x, heads);
  if (dVectors !== undefined) {
    const blocks = rowBlocks(x.rows);
    using partial = x.gpu.emptyBlocks(x.rows, 1, x.cols);
    const { adapter } = x.gpu;
    x.gpu.launch(adapter.software ? backwardVectors : backwardVectorsShared, {
      constants,
      params,
      buffers: { x, scale, dScores, partial },
      workgroups: (rows) =>
        reductionWorkgroups(adapter, rowBlocks(rows, params.blockRows), x.stride / 4),
    });
    sumBlocks(partial, blocks, dVectors);
  }
  x.gpu.launch(backward, {
    constants,
    params,
    buffers: { vectors, scale, dScores, dx },
    workgroups: (rows) => workgroupsFor(rows * x.stride / 4),
  });
}

function paramsOf(x: Tensor, heads: number) {
  const { rows: nodes, cols } = x;
  return { nodes, heads, channels: cols / heads, firstRow: 0, blockRows: blockRows(nodes) };
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
