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
    layer: "u32",
    threshold: "u32",
    factor: "f32",
    firstRow: "u32",
  },
  buffers: { x: "readRows", keys: "read", y: "writeRows" },
  rows: "rows",
});

/** What a training step masks at random, and the index of the key for each. */
export const STREAMS = { layers: 0, classifier: 1, edges: 2, input: 3 } as const;

/** A mask that every pass of a training step draws alike, from counters alone. */
export interface Dropout {
  /** [1, streams] u32: one key a stream, new at every step. */
  readonly keys: Tensor;
  /** The probability that a value is dropped, from 0 to below 1. */
  readonly rate: number;
  /** What is masked; each stream has its own key. */
  readonly stream: Exclude<keyof typeof STREAMS, "edges">;
  /** Which of the stream's masks; default 0, the one that reversible layers share. */
  readonly layer?: number | undefined;
  /** Where x's channels begin within the mask, of which a group takes a slice. */
  readonly firstChannel: number;
}

/** mask ⊙ x, or the same of a gradient: [rows, channels]. */
export function dropout(x: Tensor, mask: Dropout): Tensor {
  const y = x.gpu.empty(x.rows, x.cols);
  x.gpu.launch(kernel, {
    params: { rows: x.rows, channels: x.cols, ...maskParams(mask), firstRow: 0 },
    buffers: { x, keys: mask.keys, y },
    workgroups: (rows) => workgroupsFor(rows * x.stride / 4),
  });
  return y;
}

/** A mask as shaders take it: hashes below `threshold` drop a value, all others multiply it by `factor`. */
export function maskParams(mask: Omit<Dropout, "keys"> | undefined) {
  const { rate, stream, layer = 0, firstChannel } = mask ?? NO_MASK;
  return {
    firstChannel,
    stream: STREAMS[stream],
    layer,
    threshold: Math.floor(rate * 2 ** 32),
    factor: 1 / (1 - rate),
  };
}

const NO_MASK = { rate: 0, stream: "layers", layer: 0, firstChannel: 0 } as const;
