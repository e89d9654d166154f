/** One RMSprop step on a model's flat parameters, with the gradient's norm clipped: a single dispatch. */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { finiteNorm } from "./adam.ts";
import code from "./rmsprop.wgsl" with { type: "text" };

const kernel = defineKernel({
  name: "rmsprop",
  file: "rmsprop.wgsl",
  code,
  params: { vectors: "u32", weight_decay: "f32" },
  buffers: {
    step: "read",
    squaredNorm: "read",
    gradient: "readWindow",
    weight: "writeWindow",
    square: "writeWindow",
  },
});

/** The numbers [1, 2] that change from step to step. A `largestNorm` of Infinity clips nothing. */
export function rmspropStep(learningRate: number, largestNorm: number): Float32Array {
  return new Float32Array([learningRate, finiteNorm(largestNorm)]);
}

/** A row vector [1, count] of parameters with its gradient and the running mean of its square. */
export interface RmspropState {
  readonly weight: Tensor;
  readonly gradient: Tensor;
  readonly square: Tensor;
}

/**
 * Updates weights and squares. `squaredNorm` [1, 1] is that of the whole gradient, to which `weightDecay`
 * times the weights is added.
 */
export function rmsprop(
  state: RmspropState,
  step: Tensor,
  squaredNorm: Tensor,
  weightDecay = 0,
): void {
  const vectors = state.weight.stride / 4;
  step.gpu.launch(kernel, {
    params: { vectors, weight_decay: weightDecay },
    buffers: { step, squaredNorm, ...state },
    workgroups: workgroupsFor(vectors),
  });
}
