/**
 * Rows of a graph's edges as kernels find them: where each begins, and behind these pointers, in one tensor
 * with them, numbers of rows. Those that are too long for one invocation, whose edges the lanes of a workgroup
 * share out; and on a processor, before them, all rows, in an order in which neighbours are about as long: its
 * lanes take one row each, and wait for the longest.
 */
import { type Device, rowVector, type Tensor, tensorBytes } from "../gpu/tensor.ts";
import type { EdgeRange } from "./edge_blocks.ts";

/**
 * The longest row of one invocation: a card takes half a millisecond for it, about. A processor gains nothing
 * from sharing, but Mesa 22's driver ends the loops of an invocation after 65,535 turns in all.
 */
export const LONG_ROW = 1024;

/** Rows that are put in order among themselves, a power of two: what is near in memory stays near enough. */
export const STRETCH = 1024;

/** Rows of edges as kernels find them. */
export interface RowPointers {
  /** [1, nodes + 1 + listed rows]: where each row's edges begin, counted over all blocks; then listed rows. */
  readonly ptr: Tensor;
  /** The numbers of the long rows, ascending. */
  readonly long: Uint32Array;
  /** Where the long rows are listed. */
  readonly firstLong: number;
  /** Where all rows are listed, the longest of each stretch first, if they are: on a processor. */
  readonly firstOrdered: number | undefined;
}

/** Uploads pointers, with room for those of graphs of so many nodes and edges. */
export function uploadPointers(
  gpu: Device,
  rowPtr: Uint32Array,
  most: { readonly nodes: number; readonly edges: number },
): RowPointers {
  const { software } = gpu.adapter;
  const ordered = software ? rowsByLength(rowPtr) : new Uint32Array();
  const long = longRows(rowPtr);
  const firstOrdered = rowPtr.length;
  const firstLong = firstOrdered + ordered.length;
  const words = new Uint32Array(firstLong + long.length);
  words.set(rowPtr);
  words.set(ordered, firstOrdered);
  words.set(long, firstLong);
  const mostListed = (software ? most.nodes : 0) + Math.floor(most.edges / LONG_ROW);
  const ptr = gpu.upload(rowVector(words), "graph", tensorBytes(1, most.nodes + 1 + mostListed));
  return { ptr, long, firstLong, firstOrdered: software ? firstOrdered : undefined };
}

function longRows(rowPtr: Uint32Array): Uint32Array {
  const long: number[] = [];
  for (let row = 0; row + 1 < rowPtr.length; row++) {
    if (rowPtr[row + 1]! - rowPtr[row]! > LONG_ROW) long.push(row);
  }
  return Uint32Array.from(long);
}

/** All rows, the longest of each stretch first; numbers alone are sorted, as every part of a step waits for it. */
function rowsByLength(rowPtr: Uint32Array): Uint32Array {
  const rows = new Uint32Array(rowPtr.length - 1);
  for (let first = 0; first < rows.length; first += STRETCH) {
    const keys = new Float64Array(Math.min(STRETCH, rows.length - first));
    for (let k = 0; k < keys.length; k++) {
      keys[k] = k - STRETCH * (rowPtr[first + k + 1]! - rowPtr[first + k]!);
    }
    keys.sort();
    for (let k = 0; k < keys.length; k++) rows[first + k] = first + (keys[k]! & (STRETCH - 1));
  }
  return rows;
}

/** The long rows of a block, for its launches. */
export interface LongRows {
  /** How many there are. */
  readonly count: number;
  /** Where the first of them stands in the tensor of pointers. */
  readonly firstLong: number;
  /** The constant by which a kernel leaves them out; none where there are none. */
  readonly constants: { readonly LONG?: number };
}

/** The long rows among a block's, or all of them. */
export function longRowsOf(
  { long, firstLong }: RowPointers,
  { firstRow, rows }: Pick<EdgeRange, "firstRow" | "rows"> = { firstRow: 0, rows: Infinity },
): LongRows {
  const before = long.filter((row) => row < firstRow).length;
  const count = long.filter((row) => row >= firstRow && row < firstRow + rows).length;
  const constants = count === 0 ? {} : { LONG: LONG_ROW };
  return { count, firstLong: firstLong + before, constants };
}
