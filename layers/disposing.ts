/** Bundles disposables: disposing of the bundle disposes of each. */
type Part = Disposable | readonly Disposable[] | undefined;

/** The parts, and their disposal together; a part may be a list, or absent. */
export function disposing<T extends object>(parts: T & Record<keyof T, Part>): T & Disposable {
  return {
    ...parts,
    [Symbol.dispose]: () =>
      Object.values<Part>(parts).flat().forEach((part) => part?.[Symbol.dispose]()),
  };
}
