/** How many fixed-point numbers, in steps of 2⁻¹⁷, are at 2³⁰ steps or beyond: out of their range. */
export function outsiders(steps: ArrayLike<number>): number {
  return Array.from(steps).filter((step) => Math.abs(step) >= 2 ** 30).length;
}
