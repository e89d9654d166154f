/** One Adam step on a model's flat parameters, with the gradient's norm clipped: a single dispatch. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import code from "./adam.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "adam",
  file: "adam.wgsl",
  code,
  params: { vectors: "u32", weightDecay: "f32" },
  buffers: {
    step: "read",
    squaredNorm: "read",
    gradient: "readWindow",
    weight: "writeWindow",
    first: "writeWindow",
    second: "writeWindow",
  },
});

export const BETA1 = 0.9;
export const BETA2 = 0.999;

/**
 * The numbers [1, 4] that change from step to step, as the kernel reads them. Steps count from 1; a
 * `largestNorm` of Infinity clips nothing.
 */
export function adamStep(step: number, learningRate: number, largestNorm: number): Float32Array {
  const norm = finiteNorm(largestNorm);
  return new Float32Array([learningRate, 1 - BETA1 ** step, 1 - BETA2 ** step, norm]);
}

/** Makes the bound on the norm finite: WGSL promises nothing about infinities, and no norm is so large. */
export function finiteNorm(largestNorm: number): number {
  return Math.min(largestNorm, 1e30);
}

/** A row vector [1, count] of parameters with its gradient and two moments. */
export interface AdamState {
  readonly weight: Tensor;
  readonly gradient: Tensor;
  readonly first: Tensor;
  readonly second: Tensor;
}

/**
 * Updates weights and moments. `squaredNorm` [1, 1] is that of the whole gradient. Besides its step,
 * each weight shrinks by the share `weightDecay` × learning rate, as in AdamW (Loshchilov and Hutter 2019).
 */
export function adam(
  state: AdamState,
  step: Tensor,
  squaredNorm: Tensor,
  weightDecay = 0,
): void {
  const vectors = state.weight.stride / 4;
  step.gpu.launch(kernel, {
    params: { vectors, weightDecay },
    buffers: { step, squaredNorm, ...state },
    workgroups: workgroupsFor(vectors),
  });
}
