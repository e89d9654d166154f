/**
 * Blocks of rows that reductions are summed in, whatever window of rows a launch is over: so a split
 * reduction adds the same numbers in the same order as a whole one.
 */
import type { AdapterInfo } from "./adapter.ts";
import { workgroupsFor } from "./kernel.ts";

const MOST_BLOCKS = 64;

/** Vectors of a workgroup whose lanes share out rows: 16 lanes each. */
const SHARED_VECTORS = 4;

/** Rows of a padded vec4 each that take WebGPU's alignment: a window may begin at any block. */
const ALIGNED_ROWS = 16;

/** Rows of a block of a reduction over `rows` rows. */
export function blockRows(rows: number): number {
  return ALIGNED_ROWS * Math.max(1, Math.ceil(rows / (ALIGNED_ROWS * MOST_BLOCKS)));
}

/** Into how many blocks a reduction over `rows` rows is split, or a window of them. */
export function rowBlocks(rows: number, ofBlock: number = blockRows(rows)): number {
  return Math.max(1, Math.ceil(rows / ofBlock));
}

/**
 * Workgroups of a reduction over blocks of rows, each of so many vectors of 4 channels. On a processor an
 * invocation takes a vector of a block; on a card, which wants many, 16 lanes share out the block's rows.
 */
export function reductionWorkgroups(
  { software }: Pick<AdapterInfo, "software">,
  blocks: number,
  vectors: number,
): number {
  return software ? workgroupsFor(blocks * vectors) : blocks * Math.ceil(vectors / SHARED_VECTORS);
}
