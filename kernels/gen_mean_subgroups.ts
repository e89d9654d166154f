/**
 * `genMean` and its gradient to x by subgroups of 8, for drivers on the processor: the same bits in 0.35 to
 * 0.75 of the time (kernels/NOTES.md).
 */
import { defineKernel } from "../gpu/kernel.ts";
import code from "./gen_mean_subgroups.wgsl" with { type: "text" };

/** The parameters of the kernels of gen_mean.wgsl, and of their shape by subgroups. */
export const meanParams = {
  nodes: "u32",
  channels: "u32",
  firstRow: "u32",
  firstEdge: "u32",
  blockRows: "u32",
  exponent: "f32",
  degreePower: "f32",
  firstInEdge: "u32",
  inEdges: "u32",
  firstLong: "u32",
  longRows: "u32",
} as const;

/** The buffers that messages are made of. */
export const messageBuffers = {
  exponent: "scalarWindow",
  edgeFeatures: "read",
  encoder: "read",
  x: "read",
} as const;

/** The buffers of the forward pass in either shape. */
export const meanBuffers = {
  ...messageBuffers,
  degreePower: "scalarWindow",
  rowPtr: "read",
  colIdx: "read",
  y: "writeRows",
  saved: "writeRows",
} as const;

/** The buffers of the gradient to x in either shape. */
export const meanBackwardBuffers = {
  ...messageBuffers,
  shares: "read",
  outPtr: "read",
  outIdx: "read",
  outEdge: "read",
  dx: "writeRows",
} as const;

const kernel = {
  file: "gen_mean_subgroups.wgsl",
  code,
  params: meanParams,
  rows: "nodes",
} as const;

/** The forward pass of gen_mean.ts in another shape. */
export const meanSubgroups = defineKernel({
  ...kernel,
  name: "gen_mean_subgroups",
  buffers: meanBuffers,
});
/** Its gradient to x in another shape. */
export const meanBackwardSubgroups = defineKernel({
  ...kernel,
  name: "gen_mean_subgroups_backward",
  buffers: meanBackwardBuffers,
});
