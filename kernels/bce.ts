/** Binary cross entropy with logits on the device: the loss of multi-label tasks. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { DeviceGraph } from "../batch/device_graph.ts";
import type { Counted } from "./cross_entropy.ts";
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
    counted: "readRows",
    dLogits: "writeRows",
    rowLoss: "writeRows",
  },
  rows: "nodes",
});

/**
 * Mean over the labels that the graph's training nodes have, written to loss [1, 1]; returns its
 * gradient [nodes, tasks], zero for all other nodes and where a label is missing (NaN). A batch without
 * such labels has loss 0. Where only some training nodes count, their sum is divided by their share of all
 * training nodes' labels: every label counts alike, whichever nodes are drawn.
 */
export function bce(graph: DeviceGraph, logits: Tensor, loss: Tensor, some?: Counted): Tensor {
  const { labels, trains, trainingLabels, trainingNodes } = graph;
  const share = some ? some.count / Math.max(1, trainingNodes) : 1;
  const dLogits = logits.gpu.empty(logits.rows, logits.cols);
  using rowLoss = logits.gpu.empty(1, logits.rows);
  logits.gpu.launch(kernel, {
    params: {
      nodes: logits.rows,
      tasks: logits.cols,
      factor: 1 / Math.max(1, share * trainingLabels),
    },
    buffers: { logits, labels, counted: some?.counted ?? trains, dLogits, rowLoss },
    workgroups: workgroupsFor,
  });
  sum(rowLoss, loss);
  return dLogits;
}
