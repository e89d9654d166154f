/**
 * Room for the largest of several graphs that take one another's place on the device: each one's tensors
 * are taken at the size that the largest one's have, so that all of them stand in the same memory.
 */
import type { PartSize } from "../graphs/parts/part_size.ts";
import { rowBlocks } from "../gpu/row_blocks.ts";
import { type Room, tensorBytes } from "../gpu/tensor.ts";

export class PartRoom implements Room {
  readonly #nodes: number;
  readonly #size: PartSize;

  /** Of the graph of so many nodes that is on the device now, among those of this size. */
  constructor(nodes: number, size: PartSize) {
    this.#nodes = nodes;
    this.#size = size;
  }

  /** Bytes of a tensor [rows, cols]: of a row a node, or a word a node, as many as there will be. */
  bytes(rows: number, cols: number): number {
    const most = this.#size.nodes;
    if (rows === this.#nodes) return tensorBytes(most, cols);
    return tensorBytes(rows, rows === 1 && cols === this.#nodes ? most : cols);
  }

  /** Bytes of a tensor of so many rows for each block of a reduction over `rows` rows. */
  blockBytes(rows: number, ofBlock: number, cols: number): number {
    if (rows !== this.#nodes) return tensorBytes(rowBlocks(rows) * ofBlock, cols);
    const { nodes, fewestNodes } = this.#size;
    // More rows may be in fewer blocks.
    const blocks = Math.max(rowBlocks(rows), rowBlocks(nodes), rowBlocks(fewestNodes));
    return tensorBytes(blocks * ofBlock, cols);
  }
}
