/**
 * `genAggregate` by subgroups of 8, for drivers on the processor and many channels: the same bits in
 * 0.65 to 0.8 of the time (kernels/NOTES.md).
 */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./gen_aggregate_subgroups.wgsl" with { type: "text" };

/** The parameters of the kernels of gen_aggregate.wgsl, and of their shape by subgroups. */
export const maximumParams = {
  nodes: "u32",
  channels: "u32",
  firstRow: "u32",
  firstEdge: "u32",
  blockRows: "u32",
  firstListed: "u32",
  longRows: "u32",
} as const;

/** The buffers of the forward pass in either shape. */
export const buffers = {
  rowPtr: "read",
  colIdx: "read",
  edgeFeatures: "read",
  encoder: "read",
  x: "read",
  y: "writeRows",
  winner: "writeRows",
} as const;

const file = "gen_aggregate_subgroups.wgsl";

/** The forward pass of gen_aggregate.ts in another shape. */
export const forwardSubgroups = defineKernel({
  name: "gen_aggregate_subgroups",
  file,
  code,
  params: maximumParams,
  buffers,
  rows: "nodes",
});

const SUBGROUP = 8;
/** Nodes that a subgroup takes in turn. */
const NODES = 32;
/** With fewer vectors of 4 channels most lanes would be idle. */
const FEWEST_VECTORS = 4;
/** The same of maxima, whose standard shape has lanes wait less. */
const FEWEST_MAXIMUM_VECTORS = 7;
/** Features that a lane loads. */
const MOST_FEATURES = 8;

/** Whether messages of x, with so many edge features encoded, can go by subgroups. */
export function hasMessageSubgroups({ gpu, stride }: Tensor, features: number): boolean {
  return gpu.adapter.subgroup === SUBGROUP && features <= MOST_FEATURES &&
    stride / 4 >= FEWEST_VECTORS;
}

/** Whether the maxima of such messages go by subgroups. */
export function hasMaximumSubgroups(x: Tensor, features: number): boolean {
  return hasMessageSubgroups(x, features) && x.stride / 4 >= FEWEST_MAXIMUM_VECTORS;
}

/** The constants and workgroups of a launch over x. */
export function subgroupShape(x: Tensor) {
  const vectors = x.stride / 4;
  const SECOND = Number(vectors > SUBGROUP);
  const blocks = Math.ceil(vectors / (SUBGROUP * (1 + SECOND)));
  return {
    constants: { SECOND, NODES },
    workgroups: (rows: number) => workgroupsFor(Math.ceil(rows / NODES) * blocks * SUBGROUP),
  };
}
