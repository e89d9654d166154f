/** The product of a normalised adjacency and X on the device, and of its transpose and dY. */
import type { DeviceGraph, DeviceScales } from "../gpu/device_graph.ts";
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./spmm.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "spmm",
  file: "spmm.wgsl",
  code,
  params: { nodes: "u32", channels: "u32" },
  buffers: {
    rowPtr: "read",
    colIdx: "read",
    targetScale: "read",
    sourceScale: "read",
    selfScale: "read",
    x: "read",
    out: "write",
  },
});

/** out_i = target_i Σ_{j → i} source_j x_j + self_i x_i: [nodes, channels]. */
export function spmm(graph: DeviceGraph, x: Tensor, scales: DeviceScales): Tensor {
  return launch(graph, graph.rowPtr, graph.colIdx, x, scales);
}

/** dx [nodes, channels] of dy: the same sum over out-edges, target and source exchanged. */
export function spmmBackward(graph: DeviceGraph, dy: Tensor, scales: DeviceScales): Tensor {
  const { target, source, self } = scales;
  return launch(graph, graph.outPtr, graph.outIdx, dy, { target: source, source: target, self });
}

function launch(
  graph: DeviceGraph,
  rowPtr: Tensor,
  colIdx: Tensor,
  x: Tensor,
  { target: targetScale, source: sourceScale, self: selfScale }: DeviceScales,
): Tensor {
  if (x.rows !== graph.nodes) {
    throw new RangeError(
      `Cannot aggregate x as x must have one row per node: ` +
        `x has ${x.rows} rows, the graph ${graph.nodes} nodes`,
    );
  }
  const out = x.gpu.empty(x.rows, x.cols);
  x.gpu.run(kernel, {
    params: { nodes: x.rows, channels: x.cols },
    buffers: { rowPtr, colIdx, targetScale, sourceScale, selfScale, x, out },
    workgroups: workgroupsFor(x.rows * Math.ceil(x.stride / 8)),
  });
  return out;
}
