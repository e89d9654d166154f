/** y = mask ⊙ x on the device. The mask is drawn from counters wherever it is needed, and never stored. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./dropout.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "dropout",
  file: "dropout.wgsl",
  code,
  params: {
    rows: "u32",
    channels: "u32",
    firstChannel: "u32",
    stream: "u32",
    threshold: "u32",
    scale: "f32",
    firstRow: "u32",
  },
  buffers: { x: "readRows", keys: "read", y: "writeRows" },
  rows: "rows",
});

/** A mask that every evaluation of a training step draws alike, from counters alone. */
export interface Dropout {
  /** [1, streams] u32: one key a stream, new at every step. */
  readonly keys: Tensor;
  readonly rate: number;
  /** 0: the mask shared by all layers. 1: the mask before the head. 3: of the input. */
  readonly stream: 0 | 1 | 3;
  /** Where these channels begin within the mask: a group takes its slice. */
  readonly firstChannel: number;
}

/** mask ⊙ x, or the same of a gradient: [rows, channels]. */
export function dropout(x: Tensor, mask: Dropout): Tensor {
  const y = x.gpu.empty(x.rows, x.cols);
  const { keys, firstChannel, stream } = mask;
  x.gpu.run(kernel, {
    params: {
      rows: x.rows,
      channels: x.cols,
      firstChannel,
      stream,
      ...maskParams(mask.rate),
      firstRow: 0,
    },
    buffers: { x, keys, y },
    workgroups: (rows) => workgroupsFor(rows * x.stride / 4),
  });
  return y;
}

/** A rate as the shaders take it: hashes below `threshold` are dropped, what is kept is scaled. */
export function maskParams(rate: number): { threshold: number; scale: number } {
  return { threshold: Math.floor(rate * 2 ** 32), scale: 1 / (1 - rate) };
}
