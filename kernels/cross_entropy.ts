/** Softmax cross entropy on the device, the loss of one class of many: plain or log-ε (RevGAT). */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./cross_entropy.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "cross_entropy",
  file: "cross_entropy.wgsl",
  code,
  params: { nodes: "u32", classes: "u32", factor: "f32", smoothing: "f32" },
  buffers: {
    logits: "readRows",
    labels: "readRows",
    counted: "readRows",
    dLogits: "writeRows",
    rowLoss: "writeRows",
  },
  rows: "nodes",
});

/** The nodes a loss is the mean of. */
export interface Counted {
  /** [1, nodes] u32: 1 for those that count, 0 for all others. */
  readonly counted: Tensor;
  /** How many count. */
  readonly count: number;
}

/** A loss per row and its gradient; the caller disposes of both. */
export interface RowLoss {
  /** [1, nodes]: what each node adds to the loss; their sum is the loss. */
  readonly rowLoss: Tensor;
  /** [nodes, classes] */
  readonly dLogits: Tensor;
}

export interface CrossEntropyOptions {
  /** log(ε + CE) − log ε for each node's CE, ε = 1 − ln 2: RevGAT's loss. Default false. */
  readonly logEpsilon?: boolean;
  /** A factor on loss and gradient; default 1. */
  readonly weight?: number;
  /** The share of a label that is spread over all classes; default 0. */
  readonly smoothing?: number;
}

/**
 * Mean over the nodes that count, times the weight; labels [nodes, classes] hold one 1 per row. If no node
 * counts, loss and gradient are 0.
 */
export function crossEntropy(
  logits: Tensor,
  labels: Tensor,
  { counted, count }: Counted,
  { logEpsilon = false, weight = 1, smoothing = 0 }: CrossEntropyOptions = {},
): RowLoss {
  const { gpu, rows: nodes, cols: classes } = logits;
  if (labels.rows !== nodes || labels.cols !== classes) {
    throw new RangeError(
      `Cannot compare logits with labels as they must have one shape: logits are ${nodes} × ` +
        `${classes}, labels ${labels.rows} × ${labels.cols}`,
    );
  }
  if (counted.cols !== nodes) {
    throw new RangeError(
      `Cannot count nodes as counted must have an entry for each: counted has ${counted.cols}, ` +
        `logits have ${nodes} rows`,
    );
  }
  const dLogits = gpu.empty(nodes, classes);
  const rowLoss = gpu.empty(1, nodes);
  gpu.launch(kernel, {
    constants: { LOG_EPSILON: Number(logEpsilon) },
    params: { nodes, classes, factor: weight / Math.max(1, count), smoothing },
    buffers: { logits, labels, counted, dLogits, rowLoss },
    // Invocations past the last row fill the padding.
    workgroups: (rows) => workgroupsFor(Math.ceil(rows / 4) * 4),
  });
  return { rowLoss, dLogits };
}
