/**
 * Half of the way from a state of fixed-point numbers to f, in place, and back to the bit: the steps of a
 * reversible equilibrium. What halving loses, one bit a number, is kept.
 */
import { defineKernel, workgroupsFor } from "../gpu/kernel.ts";
import type { Tensor } from "../gpu/tensor.ts";
import { FIXED_STEPS } from "./fixed_point.ts";
import code from "./half_step.wgsl" with { type: "text" };

const forward = defineKernel({
  name: "half_step",
  file: "half_step.wgsl",
  code,
  params: { vectors: "u32" },
  buffers: { f: "read", bits: "writeWindow", state: "write" },
  fixed: ["state"],
});
const backward = defineKernel({
  ...forward,
  name: "half_step_back",
  buffers: { ...forward.buffers, bits: "readWindow" },
});

/** Numbers in a word of bits. */
const PER_WORD = 32;

/** Words of the bits that a half-step loses: an eighth of a byte a number. */
export function lostWords({ rows, stride }: Pick<Tensor, "rows" | "stride">): number {
  return Math.ceil(rows * stride / PER_WORD);
}

/** state ← ⌊(state + f) / 2⌋ in steps of fixed-point numbers; bits [1, lostWords] become what is lost. */
export function halfStep(state: Tensor, f: Tensor, bits: Tensor): void {
  launch(forward, state, f, bits);
}

/** The state before `halfStep` with this f and these bits, but where a number has left the range. */
export function halfStepBack(state: Tensor, f: Tensor, bits: Tensor): void {
  launch(backward, state, f, bits);
}

function launch(kernel: typeof forward, state: Tensor, f: Tensor, bits: Tensor): void {
  const words = lostWords(state);
  if (f.rows !== state.rows || f.cols !== state.cols || bits.cols < words) {
    throw new RangeError(
      `Cannot go half a step from ${state.rows} × ${state.cols} to ${f.rows} × ${f.cols} with ` +
        `${bits.cols} words of bits: the shapes must be equal, and the words at least ${words}`,
    );
  }
  state.gpu.launch(kernel, {
    constants: { FIXED: FIXED_STEPS },
    params: { vectors: state.rows * state.stride / 4 },
    buffers: { f, bits, state },
    workgroups: workgroupsFor(words),
  });
}
