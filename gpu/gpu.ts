/** The device that runs: tensors up and down, kernels recorded into one command buffer until `submit`. */
import type { AdapterInfo } from "./adapter.ts";
import { BookedDevice } from "./booked_device.ts";
import { Buffers } from "./buffers.ts";
import { Commands } from "./commands.ts";
import { Faults } from "./faults.ts";
import { isWindow, type Kernel, ofRows } from "./kernel.ts";
import { openDevice } from "./open_device.ts";
import { paddedPieces } from "./padding.ts";
import { Pieces } from "./pieces.ts";
import { Pipelines } from "./pipelines.ts";
import { Repeated } from "./repeated.ts";
import { Staging } from "./staging.ts";
import type { Allocation, Launch, Tensor } from "./tensor.ts";
import { UNIFORMS_BYTES } from "./uniforms.ts";

/** What a device is opened with. */
export interface GpuOptions {
  /** Bytes of device memory that may be held at once; default: no limit but the device's. */
  readonly memoryBudget?: number;
}

/** Opens the best adapter of the machine. Throws a sentence when there is none. */
export async function openGpu(options: GpuOptions = {}): Promise<Gpu> {
  const { device, info } = await openDevice();
  return new Gpu(info, device, options.memoryBudget ?? Infinity);
}

/** Runs kernels on a WebGPU device, whoever opened it, within the limits of `adapter`. */
export class Gpu extends BookedDevice {
  /** Is false, as kernels run. */
  override readonly dryRun = false;
  readonly #device: GPUDevice;
  readonly #faults: Faults;
  readonly #buffers: Buffers;
  readonly #uniforms: GPUBuffer;
  readonly #pipelines: Pipelines;
  readonly #pieces = new Pieces();
  readonly #commands: Commands;
  readonly #staging: Staging;

  /** Takes over an open device, which is destroyed with it; `memoryBudget` is in bytes. */
  constructor(adapter: AdapterInfo, device: GPUDevice, memoryBudget: number) {
    super(adapter, memoryBudget);
    this.#device = device;
    this.#faults = new Faults(device);
    this.#buffers = new Buffers(device);
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.#uniforms = device.createBuffer({ label: "uniforms", size: UNIFORMS_BYTES, usage });
    this.#pipelines = new Pipelines(device, this.#buffers, this.#uniforms, this.#faults);
    this.#commands = new Commands(device, this.#pieces);
    this.#staging = new Staging(device, this.#buffers);
  }

  /** Bind groups alive, for tests that none leaks. */
  get bindGroups(): number {
    return this.#pipelines.bindGroups;
  }

  /** Makes the buffer of newly booked memory. */
  protected override create(allocation: Allocation): void {
    this.#buffers.create(allocation);
  }

  /** Destroys the buffer of freed memory, and every bind group that names it. */
  protected override destroy(allocation: Allocation): void {
    this.#buffers.destroy(allocation);
    this.#pipelines.forget(allocation.id);
  }

  /** Writes a launch's parameters into the uniform buffer, from byte `offset` on. */
  protected override writeBlock(offset: number, block: ArrayBuffer): void {
    this.#device.queue.writeBuffer(this.#uniforms, offset, block);
  }

  /** Makes a staging buffer of so many bytes, in place of the one before. */
  protected override createStaging(bytes: number): void {
    this.#staging.create(bytes);
  }

  /** Writes a tensor's values in pieces, each row padded with zeros. */
  protected override fill(tensor: Tensor, data: Float32Array | Uint32Array): void {
    const { queue } = this.#device;
    const buffer = this.#buffers.of(tensor);
    for (const piece of paddedPieces(tensor, data)) {
      queue.writeBuffer(buffer, tensor.offset + piece.offset, piece.data);
      // What is staged for a piece goes before the next one is.
      if (piece.data.byteLength < tensor.bytes) queue.submit([]);
    }
  }

  /** Records zeros for all bytes of a tensor. */
  protected override recordClear(tensor: Tensor): void {
    const { offset, bytes } = tensor;
    const buffer = this.#buffers.of(tensor);
    this.#commands.transfer((encoder) => encoder.clearBuffer(buffer, offset, bytes), bytes);
  }

  /** Records a copy of one tensor's bytes into another. */
  protected override recordCopy(from: Tensor, to: Tensor): void {
    const { bytes } = from;
    const [source, target] = [this.#buffers.of(from), this.#buffers.of(to)];
    const [start, end] = [from.offset, to.offset];
    this.#commands.transfer(
      (encoder) => encoder.copyBufferToBuffer(source, start, target, end, bytes),
      bytes,
    );
  }

  /** Grids past the adapter's limit of one dimension are folded into two. */
  protected override recordLaunch<P extends string, B extends string>(
    kernel: Kernel<P, B>,
    launch: Launch<P, B>,
    block: number,
    workgroups: number,
  ): void {
    const pipeline = this.#pipelines.pipeline(kernel, launch.constants ?? {});
    const offsets = [block];
    const tensors: (Tensor | undefined)[] = [];
    let bytes = 0;
    for (const name in kernel.buffers) {
      const tensor = launch.buffers[name];
      const access = kernel.buffers[name];
      tensors.push(tensor);
      bytes += tensor?.bytes ?? 0;
      if (isWindow(access)) offsets.push(tensor?.offset ?? 0);
      else if (tensor !== undefined && tensor.offset !== 0 && !ofRows(access)) {
        throw windowRefused(kernel.name, name, tensor.offset);
      }
    }
    const group = this.#pipelines.bindGroup(pipeline, kernel.name, tensors);
    const rows = Math.ceil(workgroups / this.adapter.maxWorkgroups);
    const grid = [Math.ceil(workgroups / rows), rows] as const;
    this.#commands.launch({ pipeline: pipeline.pipeline, group, offsets, grid, bytes });
  }

  /** Submits all that is recorded and has not gone in a full piece already. */
  protected override send(): void {
    this.#commands.submit();
  }

  /** Keeps what `record` records, and sends that again as long as it would be the same. */
  override repeated(record: () => Promise<void>): () => Promise<void> {
    const repeated = new Repeated(this.#commands, this.validity, record);
    return async () => {
      await repeated.again();
      this.recorded = true;
    };
  }

  /**
   * Records copies into the staging buffer; the function it returns waits for them, and throws what
   * the device reported.
   */
  protected override recordRead(tensors: readonly Tensor[]): () => Promise<Float32Array[]> {
    const finish = this.#staging.record(this.#commands, tensors);
    return async () => {
      const values = finish();
      const fault = await this.#faults.first();
      if (fault === undefined) {
        const read = await values.catch(async (error) =>
          Promise.reject(await this.#faults.ofRead(error))
        );
        this.#pieces.done();
        return read;
      }
      await values.catch(() => {});
      throw fault;
    };
  }

  /**
   * Lets work of another kind have what is free, and drops all bind groups once they are many.
   */
  override turn(): void {
    super.turn();
    this.#pipelines.turn();
  }

  /** Frees all memory and destroys the device. */
  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    this.#uniforms.destroy();
    this.#staging[Symbol.dispose]();
    this.#device.destroy();
  }
}

function windowRefused(kernel: string, buffer: string, offset: number): RangeError {
  return new RangeError(
    `Cannot run ${kernel}: its ${buffer} is a window ${offset} bytes into a buffer, ` +
      "expected a whole tensor or a window at its beginning",
  );
}
