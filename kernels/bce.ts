/** Binary cross entropy with logits on the device: the loss of multi-label tasks. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { DeviceGraph } from "../batch/device_graph.ts";
import code from "./bce.wgsl" with { type: "text" };
import { sum } from "./sum.ts";

const kernel = defineKernel({
  name: "bce",
  file: "bce.wgsl",
  code,
  params: { nodes: "u32", tasks: "u32", factor: "f32" },
  buffers: {
    logits: "readRows",
    labels: "readRows",
    trains: "readRows",
    dLogits: "writeRows",
    rowLoss: "writeRows",
  },
  rows: "nodes",
});

/**
 * Mean over the labels that the graph's training nodes have, written to loss [1, 1]; returns its
 * gradient [nodes, tasks], zero for all other nodes and where a label is missing (NaN). A batch without
 * such labels has loss 0.
 */
export function bce(graph: DeviceGraph, logits: Tensor, loss: Tensor): Tensor {
  const { labels, trains, trainingLabels } = graph;
  const dLogits = logits.gpu.empty(logits.rows, logits.cols);
  using rowLoss = logits.gpu.empty(1, logits.rows);
  logits.gpu.launch(kernel, {
    params: {
      nodes: logits.rows,
      tasks: logits.cols,
      factor: 1 / Math.max(1, trainingLabels),
    },
    buffers: { logits, labels, trains, dLogits, rowLoss },
    workgroups: workgroupsFor,
  });
  sum(rowLoss, loss);
  return dLogits;
}
