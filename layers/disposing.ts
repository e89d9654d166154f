/** What is given back together: tensors, and what holds tensors of its own. */
export function disposing<T extends Record<string, Disposable | undefined>>(
  parts: T,
): T & Disposable {
  return {
    ...parts,
    [Symbol.dispose]: () => Object.values(parts).forEach((part) => part?.[Symbol.dispose]()),
  };
}
