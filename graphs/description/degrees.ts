/** How many edges nodes have: quantiles and a histogram. */

/** The shares of nodes whose degrees are told. */
export const QUANTILES = [0.25, 0.5, 0.75, 0.9, 0.99] as const;

/** The distribution of the degrees of all nodes. */
export interface DegreeFacts {
  readonly least: number;
  readonly mean: number;
  readonly most: number;
  /** For each of `QUANTILES` the least degree that so large a share of the nodes does not exceed. */
  readonly quantiles: readonly number[];
  /** Nodes of degree 0, of 1, of 2 and 3, of 4 to 7, …: a bin ends before the next power of two. */
  readonly histogram: readonly number[];
}

/** The distribution of some numbers from 0, one for each node. */
export function degreesOf(degrees: Uint32Array): DegreeFacts {
  const sorted = degrees.toSorted();
  const nodes = sorted.length;
  const histogram = new Array<number>(binOf(sorted.at(-1)!) + 1).fill(0);
  let sum = 0;
  for (const degree of sorted) {
    histogram[binOf(degree)]!++;
    sum += degree;
  }
  return {
    least: sorted[0]!,
    mean: sum / nodes,
    most: sorted.at(-1)!,
    quantiles: QUANTILES.map((share) => sorted[Math.ceil(share * nodes) - 1]!),
    histogram,
  };
}

/** The bin of a degree. */
function binOf(degree: number): number {
  return 32 - Math.clz32(degree);
}

/** The least degree of a bin. */
export function binStart(bin: number): number {
  return bin === 0 ? 0 : 2 ** (bin - 1);
}
