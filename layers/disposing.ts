/** Bundles disposables: disposing of the bundle disposes of each. */

/** What one part of a bundle may be: a disposable, a list of them, or nothing. */
export type Disposables = Disposable | readonly Disposable[] | undefined;

/** The parts, and their disposal together; a part may be a list, or absent. */
export function disposing<T extends object>(
  parts: T & Record<keyof T, Disposables>,
): T & Disposable {
  return {
    ...parts,
    [Symbol.dispose]: () =>
      Object.values<Disposables>(parts).flat().forEach((part) => part?.[Symbol.dispose]()),
  };
}
