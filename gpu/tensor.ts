/**
 * A matrix on the device: [rows, cols] of 32-bit values, each row padded with zeros to a multiple of
 * four so that every kernel reads and writes vec4. A window is a tensor inside a larger buffer.
 */
import type { Gpu } from "./gpu.ts";
import type { Purpose } from "./ledger.ts";

/** Device memory, drawn from the ledger. `buffer` is absent on a dry run. */
export interface Allocation {
  readonly id: number;
  readonly bytes: number;
  readonly purpose: Purpose;
  readonly buffer: GPUBuffer | undefined;
}

/** The sizes that tensors are taken at, where they are to stand in the memory of larger ones. */
export interface Room {
  /** Bytes of a tensor [rows, cols]. */
  bytes(rows: number, cols: number): number;
  /** Bytes of a tensor of so many rows for each block of a reduction over `rows` rows. */
  blockBytes(rows: number, ofBlock: number, cols: number): number;
}

/** Columns of a row as stored: rounded up to whole vec4. */
export function paddedCols(cols: number): number {
  return Math.ceil(cols / 4) * 4;
}

/** Bytes of a [rows, cols] matrix on the device; an empty one still binds, so never 0. */
export function tensorBytes(rows: number, cols: number): number {
  return Math.max(16, rows * paddedCols(cols) * 4);
}

/** A matrix of floats or of unsigned integers. */
export interface WordMatrix {
  readonly data: Float32Array | Uint32Array;
  readonly rows: number;
  readonly cols: number;
}

/** Throws a sentence unless these are a matrix's values. */
export function checkLength(
  { rows, cols }: { rows: number; cols: number },
  data: ArrayLike<number>,
): void {
  if (data.length === rows * cols) return;
  throw new RangeError(`Cannot fill a tensor of ${rows} × ${cols} with ${data.length} values`);
}

/** An array as the matrix [1, length]. */
export function line<Data extends Uint32Array | Float32Array>(data: Data) {
  return { data, rows: 1, cols: data.length };
}

export class Tensor implements Disposable {
  /** Columns as stored. */
  readonly stride: number;
  /** Bytes of the matrix, padding included. */
  readonly bytes: number;
  #released = false;

  constructor(
    readonly gpu: Gpu,
    readonly allocation: Allocation,
    readonly rows: number,
    readonly cols: number,
    /** Where a window begins, in bytes; a multiple of the adapter's 256. */
    readonly offset = 0,
    private readonly owned = true,
  ) {
    this.stride = paddedCols(cols);
    this.bytes = tensorBytes(rows, cols);
  }

  /** Bytes that a binding of this tensor covers, room behind it included: those of a row more are the same. */
  get boundBytes(): number {
    const { maxBindingBytes } = this.gpu.adapter;
    return this.owned
      ? Math.max(this.bytes, Math.min(this.allocation.bytes, maxBindingBytes))
      : this.bytes;
  }

  /** A [rows, cols] matrix `offset` bytes into this one; disposing of it does nothing. */
  window(offset: number, rows: number, cols: number): Tensor {
    return new Tensor(this.gpu, this.allocation, rows, cols, this.offset + offset, false);
  }

  /** All of it, borrowed: disposing of the view does nothing. */
  view(): Tensor {
    return this.window(0, this.rows, this.cols);
  }

  /** The rows from `first` on, of a tensor or a window of whole rows; the tensor itself if that is all. */
  rowWindow(first: number, rows: number): Tensor {
    if (first === 0 && rows === this.rows) return this;
    return this.window(4 * this.stride * first, rows, this.cols);
  }

  /** Gives the memory back, once, for reuse by what is recorded later; the device runs in order. */
  [Symbol.dispose](): void {
    if (!this.owned || this.#released) return;
    this.#released = true;
    this.gpu.release(this.allocation);
  }
}
