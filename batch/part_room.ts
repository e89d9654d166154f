/**
 * Memory sizes for graphs that take turns on the device: each one's tensors are allocated at the size
 * that the largest one needs, so that all of them use the same memory.
 */
import type { PartSize } from "../graphs/parts/part_size.ts";
import { rowBlocks } from "../gpu/row_blocks.ts";
import { type Room, tensorBytes } from "../gpu/tensor.ts";

export class PartRoom implements Room {
  readonly #nodes: number;
  readonly #size: PartSize;

  /** `nodes` are those of the graph now on the device; `size` bounds all that take turns. */
  constructor(nodes: number, size: PartSize) {
    this.#nodes = nodes;
    this.#size = size;
  }

  /** Bytes of a tensor [rows, cols]; if it has a row or a word a node, enough for the largest graph. */
  bytes(rows: number, cols: number): number {
    const most = this.#size.nodes;
    if (rows === this.#nodes) return tensorBytes(most, cols);
    return tensorBytes(rows, rows === 1 && cols === this.#nodes ? most : cols);
  }

  /** Bytes of a tensor that has `ofBlock` rows for each block of a reduction over `rows` rows. */
  blockBytes(rows: number, ofBlock: number, cols: number): number {
    if (rows !== this.#nodes) return tensorBytes(rowBlocks(rows) * ofBlock, cols);
    const { nodes, fewestNodes } = this.#size;
    // A graph of more rows may have fewer blocks.
    const blocks = Math.max(rowBlocks(rows), rowBlocks(nodes), rowBlocks(fewestNodes));
    return tensorBytes(blocks * ofBlock, cols);
  }
}
