/** The label channels of a model's input: given labels, and predictions for all other nodes. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./label_input.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "label_input",
  file: "label_input.wgsl",
  code,
  params: { nodes: "u32", classes: "u32" },
  buffers: {
    labels: "readRows",
    given: "readRows",
    logits: "readRows",
    means: "read",
    out: "writeRows",
  },
  rows: "nodes",
});

export interface LabelInputOptions {
  /** [nodes, classes]: what was predicted, which takes the place of what is not given. */
  readonly logits?: Tensor | undefined;
  /** [1, tasks]: of separate tasks, of whose labels some may be missing (NaN), the means of those that are given. */
  readonly means?: Tensor | undefined;
}

/**
 * [nodes, classes]: the labels of the nodes for which `given` [1, nodes] u32 is 1; all other rows are
 * softmax(logits) (label reuse), or 0 without logits. A task's label y of mean m is (y − m) / max(m, 1 − m): 0
 * on average, and its rarer value is as large in every task; what is not given or missing is that of the
 * prediction, or 0. No gradient passes through it.
 */
export function labelInput(
  labels: Tensor,
  given: Tensor,
  { logits, means }: LabelInputOptions = {},
): Tensor {
  const { gpu, rows: nodes, cols: classes } = labels;
  if (given.cols !== nodes) {
    throw new RangeError(
      `Cannot give labels as given must have an entry for each node: given has ${given.cols}, ` +
        `labels have ${nodes} rows`,
    );
  }
  if (logits !== undefined && (logits.rows !== nodes || logits.cols !== classes)) {
    throw new RangeError(
      `Cannot reuse predictions as they must have the labels' shape: logits are ${logits.rows} × ` +
        `${logits.cols}, labels ${nodes} × ${classes}`,
    );
  }
  if (means !== undefined && means.cols !== classes) {
    throw new RangeError(
      `Cannot give labels of ${classes} tasks as means must have a column for each: they have ` +
        `${means.cols}`,
    );
  }
  const out = gpu.empty(nodes, classes);
  gpu.launch(kernel, {
    constants: { PREDICTED: Number(logits !== undefined), TASKS: Number(means !== undefined) },
    params: { nodes, classes },
    buffers: { labels, given, logits, means, out },
    workgroups: workgroupsFor,
  });
  return out;
}
