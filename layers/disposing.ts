/** Tensors that are given back together. */
import type { Tensor } from "../gpu/tensor.ts";

export function disposing<T extends Record<string, Tensor | undefined>>(
  tensors: T,
): T & Disposable {
  return {
    ...tensors,
    [Symbol.dispose]: () => Object.values(tensors).forEach((tensor) => tensor?.[Symbol.dispose]()),
  };
}
