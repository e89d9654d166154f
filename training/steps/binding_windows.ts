/** Cuts row vectors into windows that a kernel binds. */
import type { Tensor } from "../../gpu/tensor.ts";

/** Windows of at most one binding that cover the first `words` of a row vector [1, words or more]. */
export function bindingWindows(vector: Tensor, words = vector.cols): Tensor[] {
  const { maxBindingBytes, alignment } = vector.gpu.adapter;
  const most = Math.min(words, Math.floor(maxBindingBytes / alignment) * alignment / 4);
  const windows: Tensor[] = [];
  for (let first = 0; first < words; first += most) {
    windows.push(vector.window(first * 4, 1, Math.min(most, words - first)));
  }
  return windows;
}
