/**
 * Tensors and the device they are on. A tensor is a matrix [rows, cols] of 32-bit values, each row padded
 * with zeros to a multiple of four so that every kernel reads and writes vec4. A window is a tensor inside
 * a larger buffer. Tensors and devices know each other, so that both stand here.
 */
import type { AdapterInfo } from "./adapter.ts";
import type { Kernel } from "./kernel.ts";
import type { Ledger, Purpose } from "./ledger.ts";

/**
 * What every device does, whether it runs kernels or only books the memory they take. What is recorded
 * happens in its order, at `submit` or `read`; `write` and `read` submit first.
 */
export interface Device extends Disposable {
  /** The adapter that the device is on, with its limits. */
  readonly adapter: AdapterInfo;
  /** What counts the bytes that the device holds. */
  readonly ledger: Ledger;
  /** Whether nothing runs: then all that is read is zero. */
  readonly dryRun: boolean;
  /** How often what was recorded was sent off so far; a training step is once, in however many pieces. */
  readonly submissions: number;
  /** Bytes that can be read at once without more memory. */
  readonly readableBytes: number;

  /** A [rows, cols] tensor of undefined content; the kernel that fills it writes the padding too. */
  empty(rows: number, cols: number, purpose?: Purpose, bytes?: number): Tensor;
  /** A tensor of undefined content, of `ofBlock` rows for each block of a reduction over `rows` rows. */
  emptyBlocks(rows: number, ofBlock: number, cols: number): Tensor;
  /** Copies a matrix to the device, rows padded with zeros; into memory of so many bytes or more. */
  upload(matrix: WordMatrix, purpose?: Purpose, bytes?: number): Tensor;
  /** Overwrites a tensor with rows of unpadded values. What was recorded before is submitted first. */
  write(tensor: Tensor, data: Float32Array | Uint32Array): void;
  /** Records zeros. */
  clear(tensor: Tensor): void;
  /** Records a copy of one tensor's bytes into another of the same shape. */
  copy(from: Tensor, to: Tensor): void;
  /** Records a launch, as several where its rows exceed a binding. */
  launch<P extends string, B extends string>(kernel: Kernel<P, B>, launch: Launch<P, B>): void;
  /**
   * Work that records the same each time it is called, and does nothing else: a device may send what it has
   * recorded before, instead of calling it. What it takes it gives back.
   */
  repeated(record: () => Promise<void>): () => Promise<void>;
  /**
   * Sends everything recorded to the device and returns at once. Of long work the first pieces have gone
   * before: none is submitted whole that would hold the device for long.
   */
  submit(): void;
  /** Submits, waits, and returns the tensors' values without padding. Throws what the device reported. */
  read(...tensors: Tensor[]): Promise<Float32Array[]>;
  /** Makes room for reading these tensors, or others of their bytes, at once. */
  reserve(...tensors: Pick<Tensor, "bytes">[]): void;

  /** Gives a tensor's memory back to the pool. */
  release(allocation: Allocation): void;
  /**
   * Opens a scope: unless it is kept, its end disposes of what was taken for a pass since, or for all
   * purposes, and is still held. So an exception leaves nothing behind:
   *
   *     using scope = gpu.scope();
   *     const logits = model.predict(pass);
   *     scope.keep();
   */
  scope(of?: "a pass" | "all"): Scope;
  /** Tensors are taken at a room's sizes from now on; without one at their own. */
  begin(room: Room | undefined): void;
  /** Work of another kind begins, as an evaluation after training: it may have what is free now. */
  turn(): void;
  /** Gives all pooled memory back. */
  trim(): void;
}

/** Work that may throw, and what it takes until it is done. */
export interface Scope extends Disposable {
  /** The work is done: what it has not given back is its caller's. */
  keep(): void;
}

/** One launch of a kernel. */
export interface Launch<P extends string, B extends string> {
  /** The value of each of the kernel's parameters. */
  readonly params: Readonly<Record<P, number>>;
  /** One that is read is absent where constants or parameters keep the kernel off it; not all of them. */
  readonly buffers: Readonly<Record<B, Tensor | undefined>>;
  /** Override constants; each set of values is a pipeline of its own. */
  readonly constants?: Readonly<Record<string, number>>;
  /** A function of the rows where the kernel has rows. */
  readonly workgroups: number | ((rows: number) => number);
}

/** Device memory, drawn from the ledger: what a device knows its buffer by. */
export interface Allocation {
  /** A number that no other allocation of the device has. */
  readonly id: number;
  /** Bytes of the memory. */
  readonly bytes: number;
  /** What the ledger counts it as. */
  readonly purpose: Purpose;
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
  /** Row after row without padding: entry (i, j) is data[i * cols + j]. */
  readonly data: Float32Array | Uint32Array;
  /** Number of rows. */
  readonly rows: number;
  /** Number of columns. */
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
export function rowVector<Data extends Uint32Array | Float32Array>(data: Data) {
  return { data, rows: 1, cols: data.length };
}

/** What a tensor's words are: floats, fixed-point numbers (kernels/fixed_point.ts), or what a kernel packs. */
export type Format = "float" | "fixed" | "words";

/** A matrix on the device; disposing of it gives its memory back. */
export class Tensor implements Disposable {
  /** Columns as stored. */
  readonly stride: number;
  /** Bytes of the matrix, padding included. */
  readonly bytes: number;
  readonly #owned: boolean;
  #format: Format;
  #released = false;

  /** For `Gpu.empty` and `window`, which know the memory. */
  constructor(
    readonly gpu: Device,
    readonly allocation: Allocation,
    readonly rows: number,
    readonly cols: number,
    /** Where a window begins, in bytes; a multiple of the adapter's 256. */
    readonly offset = 0,
    owned = true,
    format: Format = "float",
  ) {
    this.#format = format;
    this.#owned = owned;
    this.stride = paddedCols(cols);
    this.bytes = tensorBytes(rows, cols);
  }

  /** Bytes that a binding of this tensor covers, room behind it included: those of a row more are the same. */
  get boundBytes(): number {
    const { maxBindingBytes } = this.gpu.adapter;
    return this.#owned
      ? Math.max(this.bytes, Math.min(this.allocation.bytes, maxBindingBytes))
      : this.bytes;
  }

  /** A [rows, cols] matrix `offset` bytes into this one; disposing of it does nothing. */
  window(offset: number, rows: number, cols: number): Tensor {
    const { gpu, allocation, format } = this;
    return new Tensor(gpu, allocation, rows, cols, this.offset + offset, false, format);
  }

  /** What the words are; windows have their tensor's format. */
  get format(): Format {
    return this.#format;
  }

  /** This tensor, its words taken as numbers of another format from now on. */
  as(format: Format): this {
    this.#format = format;
    return this;
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
    if (!this.#owned || this.#released) return;
    this.#released = true;
    this.gpu.release(this.allocation);
  }
}
