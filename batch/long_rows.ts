/**
 * Rows of a graph's edges that are too long for one invocation: on a card the lanes of a workgroup share out
 * the edges of such a row. Which rows they are stands behind the rows' pointers, in one tensor with them.
 */
import { type Device, rowVector, type Tensor, tensorBytes } from "../gpu/tensor.ts";
import type { EdgeRange } from "./edge_blocks.ts";

/** The longest row of one invocation on a card, which takes half a millisecond for it, about. */
export const LONG_ROW = 1024;

/** Rows of edges as kernels find them. */
export interface RowPointers {
  /** [1, nodes + 1 + long rows]: where each row's edges begin, counted over all blocks; then the long rows. */
  readonly ptr: Tensor;
  /** The numbers of the long rows, ascending; none on a processor, which gains nothing from sharing. */
  readonly long: Uint32Array;
}

/** Uploads pointers, with room for those of graphs of so many nodes and edges. */
export function uploadPointers(
  gpu: Device,
  rowPtr: Uint32Array,
  most: { readonly nodes: number; readonly edges: number },
): RowPointers {
  const { software } = gpu.adapter;
  const long = software ? new Uint32Array() : longRows(rowPtr);
  const mostLong = software ? 0 : Math.floor(most.edges / LONG_ROW);
  const words = new Uint32Array(rowPtr.length + long.length);
  words.set(rowPtr);
  words.set(long, rowPtr.length);
  const bytes = tensorBytes(1, most.nodes + 1 + mostLong);
  return { ptr: gpu.upload(rowVector(words), "graph", bytes), long };
}

function longRows(rowPtr: Uint32Array): Uint32Array {
  const long: number[] = [];
  for (let row = 0; row + 1 < rowPtr.length; row++) {
    if (rowPtr[row + 1]! - rowPtr[row]! > LONG_ROW) long.push(row);
  }
  return Uint32Array.from(long);
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
  { ptr, long }: RowPointers,
  { firstRow, rows }: Pick<EdgeRange, "firstRow" | "rows"> = { firstRow: 0, rows: Infinity },
): LongRows {
  const before = long.filter((row) => row < firstRow).length;
  const count = long.filter((row) => row >= firstRow && row < firstRow + rows).length;
  if (count === 0) return { count, firstLong: 0, constants: {} };
  return { count, firstLong: ptr.cols - long.length + before, constants: { LONG: LONG_ROW } };
}
