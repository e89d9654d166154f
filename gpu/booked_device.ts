/**
 * What all devices do alike, so that a dry run books what a real run takes: memory drawn from the ledger,
 * uniform blocks, staging for reads, split launches, submissions counted. What does the work is left to
 * each of them.
 */
import type { AdapterInfo } from "./adapter.ts";
import { formatBytes } from "./format_bytes.ts";
import type { Kernel } from "./kernel.ts";
import { Ledger, type Purpose } from "./ledger.ts";
import { Memory } from "./memory.ts";
import { Readback, readbackBatches } from "./readback.ts";
import { Validity } from "./repeated.ts";
import { rowBlocks } from "./row_blocks.ts";
import { Held } from "./scope.ts";
import { splitRows } from "./split_rows.ts";
import {
  type Allocation,
  checkLength,
  type Device,
  type Launch,
  type Room,
  type Scope,
  Tensor,
  tensorBytes,
  type WordMatrix,
} from "./tensor.ts";
import { Uniforms } from "./uniforms.ts";

/** A device that books all it takes in a ledger; its subclasses say what does the work. */
export abstract class BookedDevice implements Device {
  /** What counts the bytes that the device holds. */
  readonly ledger = new Ledger();
  abstract readonly dryRun: boolean;
  readonly #memory: Memory;
  readonly #uniforms: Uniforms;
  readonly #readback: Readback;
  readonly #held = new Held();
  /** Whether commands may be sent again. */
  protected readonly validity = new Validity(this.#held);
  #room: Room | undefined;
  /** Whether there is something to submit. */
  protected recorded = false;
  #reading = false;
  #submissions = 0;

  /** Books within an adapter's limits, and at most `memoryBudget` bytes at once. */
  constructor(readonly adapter: AdapterInfo, memoryBudget: number) {
    const submit = () => this.submit();
    this.#memory = new Memory(this.ledger, memoryBudget, {
      submit,
      create: (allocation) => this.create(allocation),
      destroy: (allocation) => {
        this.validity.losses++;
        this.destroy(allocation);
      },
    });
    this.#uniforms = new Uniforms(this.ledger, {
      startOver: () => {
        this.validity.losses++;
        this.submit();
      },
      write: (offset, block) => this.writeBlock(offset, block),
    });
    this.#readback = new Readback(this.ledger, {
      makeRoom: (bytes) => this.#memory.makeRoom(bytes),
      create: (bytes) => this.createStaging(bytes),
    });
  }

  /** Makes the buffer of newly booked memory. */
  protected abstract create(allocation: Allocation): void;
  /** Destroys it; nothing recorded needs it. */
  protected abstract destroy(allocation: Allocation): void;
  /** Writes a launch's parameters into the uniform buffer; nothing recorded reads what was there. */
  protected abstract writeBlock(offset: number, block: ArrayBuffer): void;
  /** Makes a staging buffer for reads, in place of the one before. */
  protected abstract createStaging(bytes: number): void;
  /** Writes as many values as the tensor has, some at least. */
  protected abstract fill(tensor: Tensor, data: Float32Array | Uint32Array): void;
  /** Records zeros for all bytes of a tensor. */
  protected abstract recordClear(tensor: Tensor): void;
  /** Records a copy of one tensor's bytes into another of the same shape. */
  protected abstract recordCopy(from: Tensor, to: Tensor): void;
  /** Records a launch of some workgroups that no binding limits, with its parameters at `block`. */
  protected abstract recordLaunch<P extends string, B extends string>(
    kernel: Kernel<P, B>,
    launch: Launch<P, B>,
    block: number,
    workgroups: number,
  ): void;
  /** Sends what is recorded. */
  protected abstract send(): void;
  /** Records copies into the staging buffer; the returned function waits for them once they are sent. */
  protected abstract recordRead(tensors: readonly Tensor[]): () => Promise<Float32Array[]>;

  get submissions(): number {
    return this.#submissions;
  }

  get readableBytes(): number {
    return this.#readback.bytes;
  }

  empty(
    rows: number,
    cols: number,
    purpose: Purpose = "activations",
    bytes: number = this.#room?.bytes(rows, cols) ?? tensorBytes(rows, cols),
  ): Tensor {
    const most = this.adapter.maxBufferBytes;
    if (bytes > most) {
      throw new RangeError(
        `Cannot allocate a tensor of ${rows} × ${cols}: it takes ${formatBytes(bytes)}, ` +
          `the adapter allows ${formatBytes(most)}, use fewer channels or more parts`,
      );
    }
    return this.#held.add(new Tensor(this, this.#memory.take(bytes, purpose), rows, cols));
  }

  emptyBlocks(rows: number, ofBlock: number, cols: number): Tensor {
    const bytes = this.#room?.blockBytes(rows, ofBlock, cols);
    return this.empty(rowBlocks(rows) * ofBlock, cols, "activations", bytes);
  }

  upload(matrix: WordMatrix, purpose: Purpose = "graph", bytes?: number): Tensor {
    checkLength(matrix, matrix.data);
    const tensor = this.empty(matrix.rows, matrix.cols, purpose, bytes);
    this.write(tensor, matrix.data);
    return tensor;
  }

  write(tensor: Tensor, data: Float32Array | Uint32Array): void {
    checkLength(tensor, data);
    this.validity.exchanges++;
    this.submit();
    if (data.length > 0) this.fill(tensor, data);
  }

  clear(tensor: Tensor): void {
    this.recordClear(tensor);
    this.recorded = true;
  }

  copy(from: Tensor, to: Tensor): void {
    this.recordCopy(from, to);
    this.recorded = true;
  }

  launch<P extends string, B extends string>(kernel: Kernel<P, B>, launch: Launch<P, B>): void {
    checkFormats(kernel, launch.buffers);
    const parts = splitRows(kernel, launch, this.adapter);
    if (parts === undefined) this.#launchOne(kernel, launch);
    else for (const part of parts) this.#launchOne(kernel, part);
  }

  #launchOne<P extends string, B extends string>(kernel: Kernel<P, B>, launch: Launch<P, B>): void {
    const { params, workgroups } = launch;
    const count = typeof workgroups === "number" ? workgroups : workgroups(params[kernel.rows!]);
    if (count === 0) return;
    const block = this.#uniforms.block(kernel, params);
    this.recordLaunch(kernel, launch, block, count);
    this.recorded = true;
  }

  repeated(record: () => Promise<void>): () => Promise<void> {
    return record;
  }

  submit(): void {
    if (!this.recorded) return;
    this.send();
    this.recorded = false;
    this.#submissions++;
  }

  async read(...tensors: Tensor[]): Promise<Float32Array[]> {
    if (this.#reading) {
      throw new Error(
        "Cannot read from the device as it is being read from: await that read before, or read all " +
          "tensors in one call",
      );
    }
    this.#reading = true;
    this.validity.exchanges++;
    try {
      return await this.#readBatches(tensors);
    } finally {
      this.#reading = false;
    }
  }

  async #readBatches(tensors: readonly Tensor[]): Promise<Float32Array[]> {
    const values: Float32Array[] = [];
    for (const batch of readbackBatches(tensors, this.adapter.maxBufferBytes)) {
      this.#readback.reserve(batch);
      const finish = this.recordRead(batch);
      this.recorded = true;
      this.submit();
      values.push(...await finish());
    }
    return values;
  }

  reserve(...tensors: Pick<Tensor, "bytes">[]): void {
    const batches = readbackBatches(tensors, this.adapter.maxBufferBytes);
    for (const batch of batches) this.#readback.reserve(batch);
  }

  release(allocation: Allocation): void {
    this.#held.remove(allocation);
    this.#memory.release(allocation);
  }

  scope(of: "a pass" | "all" = "a pass"): Scope {
    return this.#held.scope(of);
  }

  begin(room: Room | undefined): void {
    this.#room = room;
  }

  turn(): void {
    this.#memory.turn();
  }

  trim(): void {
    this.#memory.trim();
  }

  /** Frees pooled memory, the uniform blocks and the staging for reads. */
  [Symbol.dispose](): void {
    this.trim();
    this.#uniforms[Symbol.dispose]();
    this.#readback[Symbol.dispose]();
  }
}

function checkFormats<P extends string, B extends string>(
  { name, fixed }: Kernel<P, B>,
  buffers: Launch<P, B>["buffers"],
): void {
  for (const buffer in buffers) {
    if (buffers[buffer]?.format !== "fixed" || fixed?.includes(buffer)) continue;
    throw new TypeError(
      `Cannot run ${name}: its ${buffer} holds fixed-point numbers, the kernel takes floats`,
    );
  }
}
