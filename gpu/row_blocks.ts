/**
 * Blocks of rows that reductions are summed in, whatever window of rows a launch is over: so a split
 * reduction adds the same numbers in the same order as a whole one.
 */

const MOST_BLOCKS = 64;

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
