/**
 * Commands in their order: launches, and what stands between them. A launch is numbers in two arrays
 * beside its pipeline and its bind group, so that encoding one, the first time or again, makes no object.
 */

/** A launch, as WebGPU takes it. */
export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  /** Dynamic offsets of the group, in their order. */
  readonly offsets: readonly number[];
  /** Workgroups across and down. */
  readonly grid: readonly [number, number];
  /** Bytes of what it reads and writes: what its time is estimated by. */
  readonly bytes: number;
}

/** A copy, or zeros. */
export type Transfer = (encoder: GPUCommandEncoder) => void;

export class Recording {
  /** Of each command; a transfer has none. */
  readonly #pipelines: (GPUComputePipeline | undefined)[] = [];
  readonly #groups: (GPUBindGroup | undefined)[] = [];
  readonly #bytes: number[] = [];
  readonly #transfers = new Map<number, Transfer>();
  /** Of each command: workgroups across and down, where its offsets begin in #offsets, and their number. */
  #shapes = new Uint32Array(4 * 64);
  #offsets = new Uint32Array(256);
  #offsetsLength = 0;

  /** Number of commands. */
  get length(): number {
    return this.#bytes.length;
  }

  /** What a command's time is estimated by. */
  bytesOf(command: number): number {
    return this.#bytes[command]!;
  }

  launch({ pipeline, group, offsets, grid, bytes }: Dispatch): void {
    const at = 4 * this.#add(pipeline, group, bytes);
    this.#shapes[at] = grid[0];
    this.#shapes[at + 1] = grid[1];
    this.#shapes[at + 2] = this.#offsetsLength;
    this.#shapes[at + 3] = offsets.length;
    this.#offsets = withRoom(this.#offsets, this.#offsetsLength + offsets.length);
    for (let i = 0; i < offsets.length; i++) this.#offsets[this.#offsetsLength++] = offsets[i]!;
  }

  transfer(transfer: Transfer, bytes: number): void {
    this.#transfers.set(this.#add(undefined, undefined, bytes), transfer);
  }

  /** A command buffer of the commands from `first` on, up to one before `end`. */
  encoded(device: GPUDevice, first: number, end: number): GPUCommandBuffer {
    const encoder = device.createCommandEncoder();
    let pass: GPUComputePassEncoder | undefined;
    let current: GPUComputePipeline | undefined;
    for (let command = first; command < end; command++) {
      const pipeline = this.#pipelines[command];
      if (pipeline === undefined) {
        pass?.end();
        pass = current = undefined;
        this.#transfers.get(command)!(encoder);
        continue;
      }
      pass ??= encoder.beginComputePass();
      if (pipeline !== current) pass.setPipeline(current = pipeline);
      const at = 4 * command;
      const [start, length] = [this.#shapes[at + 2]!, this.#shapes[at + 3]!];
      pass.setBindGroup(0, this.#groups[command]!, this.#offsets, start, length);
      pass.dispatchWorkgroups(this.#shapes[at]!, this.#shapes[at + 1]!);
    }
    pass?.end();
    return encoder.finish();
  }

  /** Forgets all commands, and keeps the room. */
  clear(): void {
    this.#pipelines.length = this.#groups.length = this.#bytes.length = 0;
    this.#transfers.clear();
    this.#offsetsLength = 0;
  }

  #add(
    pipeline: GPUComputePipeline | undefined,
    group: GPUBindGroup | undefined,
    bytes: number,
  ): number {
    this.#pipelines.push(pipeline);
    this.#groups.push(group);
    const command = this.#bytes.push(bytes) - 1;
    this.#shapes = withRoom(this.#shapes, 4 * (command + 1));
    return command;
  }
}

function withRoom(numbers: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  if (length <= numbers.length) return numbers;
  const larger = new Uint32Array(2 * length);
  larger.set(numbers);
  return larger;
}
