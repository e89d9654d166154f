/**
 * The device: tensors up and down, kernels recorded into one command buffer until `submit`. A dry run
 * is the same object without a device: it books all memory and runs nothing, which makes the forecast
 * of a training step the step itself.
 */
import { type AdapterInfo, openDevice, WINDOW_ALIGNMENT } from "./adapter.ts";
import { type Kernel, type Launch, ofRows, workgroupsOf } from "./kernel.ts";
import { Faults } from "./faults.ts";
import { formatBytes } from "./format_bytes.ts";
import { Ledger, type Purpose } from "./ledger.ts";
import { Memory } from "./memory.ts";
import { paddedPieces } from "./padding.ts";
import { Pipelines } from "./pipelines.ts";
import { Readback, readbackBatches } from "./readback.ts";
import { rowBlocks } from "./row_blocks.ts";
import { Held, type Scope } from "./scope.ts";
import { splitRows } from "./split_rows.ts";
import {
  type Allocation,
  checkLength,
  type Room,
  Tensor,
  tensorBytes,
  type WordMatrix,
} from "./tensor.ts";
import { Uniforms } from "./uniforms.ts";

export interface GpuOptions {
  /** Bytes of device memory that may be held at once; default: no limit but the device's. */
  readonly memoryBudget?: number;
}

/** Opens the best adapter of the machine. Throws a sentence when there is none. */
export async function openGpu(options: GpuOptions = {}): Promise<Gpu> {
  const { device, info } = await openDevice();
  return new Gpu(info, device, options.memoryBudget ?? Infinity);
}

/** A GPU that only keeps the ledger: for forecasts, at any size, on any machine. */
export function openDryRun(like?: AdapterInfo): Gpu {
  const info = like ?? {
    name: "dry run",
    driver: "none",
    software: true,
    maxBindingBytes: Infinity,
    maxBufferBytes: Infinity,
    maxWorkgroups: 65_535,
    alignment: WINDOW_ALIGNMENT,
  };
  return new Gpu(info, undefined, Infinity);
}

export class Gpu implements Disposable {
  readonly ledger = new Ledger();
  /** Command buffers submitted so far; a training step is one. */
  submissions = 0;
  readonly #memory: Memory;
  readonly #uniforms: Uniforms;
  readonly #faults: Faults | undefined;
  readonly #pipelines: Pipelines | undefined;
  readonly #readback: Readback;
  readonly #held = new Held();
  #room: Room | undefined;
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  #recorded = false;
  /** Full command buffers, which are submitted with the open one. */
  #full: GPUCommandBuffer[] = [];
  #launches = 0;

  constructor(
    readonly adapter: AdapterInfo,
    private readonly device: GPUDevice | undefined,
    memoryBudget: number,
  ) {
    this.#faults = device && new Faults(device);
    this.#memory = new Memory(device, this.ledger, memoryBudget, {
      submit: () => this.submit(),
      forget: (allocation) => this.#pipelines?.forget(allocation.id),
    });
    this.#uniforms = new Uniforms(device, this.ledger, () => this.submit());
    this.#readback = new Readback(device, this.ledger, (bytes) => this.#memory.makeRoom(bytes));
    this.#pipelines = device && new Pipelines(device, this.#uniforms, this.#faults!);
  }

  /** Whether nothing runs: then all that is read is zero. */
  get dryRun(): boolean {
    return this.device === undefined;
  }

  /** Bind groups alive, for tests that none leaks. */
  get bindGroups(): number {
    return this.#pipelines?.bindGroups ?? 0;
  }

  /** A [rows, cols] tensor of undefined content; the kernel that fills it writes the padding too. */
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

  /** A tensor of undefined content, of `ofBlock` rows for each block of a reduction over `rows` rows. */
  emptyBlocks(rows: number, ofBlock: number, cols: number): Tensor {
    const bytes = this.#room?.blockBytes(rows, ofBlock, cols);
    return this.empty(rowBlocks(rows) * ofBlock, cols, "activations", bytes);
  }

  /** Copies a matrix to the device, rows padded with zeros; into memory of so many bytes or more. */
  upload(matrix: WordMatrix, purpose: Purpose = "graph", bytes?: number): Tensor {
    checkLength(matrix, matrix.data);
    const tensor = this.empty(matrix.rows, matrix.cols, purpose, bytes);
    this.write(tensor, matrix.data);
    return tensor;
  }

  /** Overwrites a tensor with rows of unpadded values. What was recorded before is submitted first. */
  write(tensor: Tensor, data: Float32Array | Uint32Array): void {
    checkLength(tensor, data);
    this.submit();
    if (this.device === undefined || data.length === 0) return;
    const { queue } = this.device;
    for (const piece of paddedPieces(tensor, data)) {
      queue.writeBuffer(tensor.allocation.buffer!, tensor.offset + piece.offset, piece.data);
      // What is staged for a piece goes before the next one is.
      if (piece.data.byteLength < tensor.bytes) queue.submit([]);
    }
  }

  /** Records zeros. */
  clear(tensor: Tensor): void {
    this.#recorded = true;
    this.#endPass()?.clearBuffer(tensor.allocation.buffer!, tensor.offset, tensor.bytes);
  }

  /** Records a copy of one tensor's bytes into another of the same shape. */
  copy(from: Tensor, to: Tensor): void {
    this.#recorded = true;
    this.#endPass()?.copyBufferToBuffer(
      from.allocation.buffer!,
      from.offset,
      to.allocation.buffer!,
      to.offset,
      from.bytes,
    );
  }

  /**
   * Records a launch, as several where its rows exceed a binding. Grids past the adapter's limit of one
   * dimension are folded into two.
   */
  run<P extends string, B extends string>(kernel: Kernel<P, B>, launch: Launch<P, B>): void {
    const parts = splitRows(kernel, launch, this.adapter);
    if (parts === undefined) this.#launch(kernel, launch);
    else for (const part of parts) this.#launch(kernel, part);
  }

  #launch<P extends string, B extends string>(kernel: Kernel<P, B>, launch: Launch<P, B>): void {
    const workgroups = workgroupsOf(kernel, launch);
    if (workgroups === 0) return;
    const offsets = [this.#uniforms.block(kernel, launch.params)];
    this.#recorded = true;
    if (this.#pipelines === undefined) return;
    const pipeline = this.#pipelines.pipeline(kernel, launch.constants ?? {});
    const tensors: (Tensor | undefined)[] = [];
    for (const name in kernel.buffers) {
      const tensor = launch.buffers[name];
      const access = kernel.buffers[name];
      tensors.push(tensor);
      if (access.endsWith("Window")) offsets.push(tensor?.offset ?? 0);
      else if (tensor !== undefined && tensor.offset !== 0 && !ofRows(access)) {
        throw windowRefused(kernel.name, name, tensor.offset);
      }
    }
    const group = this.#pipelines.bindGroup(pipeline, kernel.name, tensors);
    this.#encoder ??= this.device!.createCommandEncoder();
    this.#pass ??= this.#encoder.beginComputePass();
    this.#pass.setPipeline(pipeline.pipeline);
    this.#pass.setBindGroup(0, group, offsets);
    const rows = Math.ceil(workgroups / this.adapter.maxWorkgroups);
    this.#pass.dispatchWorkgroups(Math.ceil(workgroups / rows), rows);
    if (++this.#launches < LAUNCHES_PER_BUFFER) return;
    this.#full.push(this.#endPass()!.finish());
    this.#encoder = undefined;
    this.#launches = 0;
  }

  /** Sends everything recorded to the device and returns at once. */
  submit(): void {
    if (!this.#recorded) return;
    const encoder = this.#endPass();
    if (encoder !== undefined) this.device!.queue.submit([...this.#full, encoder.finish()]);
    this.#full = [];
    this.#launches = 0;
    this.#encoder = undefined;
    this.#recorded = false;
    this.submissions++;
  }

  /** Makes room for reading these tensors, or others of their bytes, at once. */
  reserve(...tensors: Pick<Tensor, "bytes">[]): void {
    const batches = readbackBatches(tensors, this.adapter.maxBufferBytes);
    for (const batch of batches) this.#readback.reserve(batch);
  }

  /** Bytes that can be read at once without more memory. */
  get readableBytes(): number {
    return this.#readback.bytes;
  }

  /** Submits, waits, and returns the tensors' values without padding. Throws what the device reported. */
  async read(...tensors: Tensor[]): Promise<Float32Array[]> {
    const values: Float32Array[] = [];
    for (const batch of readbackBatches(tensors, this.adapter.maxBufferBytes)) {
      values.push(...await this.#read(batch));
    }
    return values;
  }

  async #read(tensors: readonly Tensor[]): Promise<Float32Array[]> {
    this.#recorded = true;
    if (this.device === undefined) {
      this.#readback.reserve(tensors);
      this.submit();
      return tensors.map(({ rows, cols }) => new Float32Array(rows * cols));
    }
    const finish = this.#readback.record(this.#endPass()!, tensors);
    this.submit();
    const values = finish();
    const fault = await this.#faults!.first();
    if (fault === undefined) return values;
    await values.catch(() => {});
    throw fault;
  }

  /** Gives a tensor's memory back to the pool. */
  release(allocation: Allocation): void {
    this.#held.remove(allocation);
    this.#memory.release(allocation);
  }

  /**
   * Opens a scope: unless it is kept, its end disposes of what was taken for a pass since, or for all
   * purposes, and is still held. So an exception leaves nothing behind:
   *
   *     using scope = gpu.scope();
   *     const logits = model.evaluate(pass);
   *     scope.keep();
   */
  scope(of: "a pass" | "all" = "a pass"): Scope {
    return this.#held.scope(of);
  }

  /** Tensors are taken at a room's sizes from now on; without one at their own. */
  begin(room: Room | undefined): void {
    this.#room = room;
  }

  /** Work of another kind begins, as an evaluation after training: it may have what is free now. */
  turn(): void {
    this.#memory.turn();
    this.#pipelines?.turn();
  }

  /** Gives all pooled memory back to the device. */
  trim(): void {
    this.#memory.trim();
  }

  [Symbol.dispose](): void {
    this.trim();
    this.#uniforms[Symbol.dispose]();
    this.#readback[Symbol.dispose]();
    this.device?.destroy();
  }

  #endPass(): GPUCommandEncoder | undefined {
    if (this.device === undefined) return undefined;
    this.#pass?.end();
    this.#pass = undefined;
    return this.#encoder ??= this.device.createCommandEncoder();
  }
}

/**
 * Mesa's software driver maps a page for each launch with dynamic offsets until the command buffer has
 * run, and Linux allows a process 65,530 maps: past them it crashes.
 */
const LAUNCHES_PER_BUFFER = 4096;

function windowRefused(kernel: string, buffer: string, offset: number): RangeError {
  return new RangeError(
    `Cannot run ${kernel}: its ${buffer} is a window ${offset} bytes into a buffer, ` +
      "expected a whole tensor or a window at its beginning",
  );
}
