/** Draws which edges a layer keeps in a training step, on the device and from counters alone. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { DeviceGraph } from "../batch/device_graph.ts";
import { STREAMS } from "./dropout.ts";
import code from "./edge_dropout.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "edge_dropout",
  file: "edge_dropout.wgsl",
  code,
  params: { edges: "u32", dropped: "u32", halfBits: "u32", stream: "u32", layer: "u32" },
  buffers: { keys: "read", keep: "write" },
});

/** Which edges a layer drops: the same ones in every pass of a training step. */
export interface EdgeDropout {
  /** [1, streams] u32: one key a stream, new at every step. */
  readonly keys: Tensor;
  readonly rate: number;
  /** Index of the layer; each layer draws its own edges. */
  readonly layer: number;
}

/** keep [1, edges] u32: 0 for exactly ⌊edges · rate⌋ of the edges, 1 for the others. */
export function edgeDropout(graph: DeviceGraph, { keys, rate, layer }: EdgeDropout): Tensor {
  if (!(rate >= 0 && rate < 1)) {
    throw new RangeError(`Cannot drop edges at rate ${rate}: it must be at least 0 and below 1`);
  }
  const { edges, gpu } = graph;
  const keep = graph.ofEdges(1);
  gpu.launch(kernel, {
    params: {
      edges,
      dropped: Math.floor(edges * rate),
      halfBits: halfBits(edges),
      stream: STREAMS.edges,
      layer,
    },
    buffers: { keys, keep },
    workgroups: workgroupsFor(keep.stride),
  });
  return keep;
}

/** Half the bits that number the edges, rounded up. */
function halfBits(edges: number): number {
  const bits = edges > 1 ? 32 - Math.clz32(edges - 1) : 0;
  return Math.ceil(bits / 2);
}
