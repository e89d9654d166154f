/**
 * Knowledge distillation on the device: a loss that pulls a student towards its teacher's predictions.
 */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import type { RowLoss } from "./cross_entropy.ts";
import code from "./distillation.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "distillation",
  file: "distillation.wgsl",
  code,
  params: { nodes: "u32", classes: "u32", temperature: "f32", factor: "f32" },
  buffers: { logits: "readRows", teacher: "readRows", dLogits: "writeRows", rowLoss: "writeRows" },
  rows: "nodes",
});

export interface DistillationOptions {
  /** T: below 1 it sharpens both predictions. */
  readonly temperature: number;
  /** A factor on loss and gradient; default 1. */
  readonly weight?: number;
}

/**
 * Adds weight · T² · KL(softmax(teacher / T) ‖ softmax(logits / T)) and its gradient to a loss, as a mean
 * over nodes × classes like that of PyTorch's KLDivLoss. The teacher's logits are [nodes, classes].
 */
export function distillation(
  logits: Tensor,
  teacher: Tensor,
  { rowLoss, dLogits }: RowLoss,
  { temperature, weight = 1 }: DistillationOptions,
): void {
  const { gpu, rows: nodes, cols: classes } = logits;
  if (teacher.rows !== nodes || teacher.cols !== classes) {
    throw new RangeError(
      `Cannot learn from a teacher as its logits must have the student's shape: they are ` +
        `${teacher.rows} × ${teacher.cols}, the student's ${nodes} × ${classes}`,
    );
  }
  const factor = weight * temperature ** 2 / Math.max(1, nodes * classes);
  gpu.launch(kernel, {
    params: { nodes, classes, temperature, factor },
    buffers: { logits, teacher, dLogits, rowLoss },
    workgroups: workgroupsFor,
  });
}
