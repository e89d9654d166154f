/** What is recorded and not yet sent: launches in passes, copies between them, in their order. */

/**
 * Mesa's software driver maps a page for each launch with dynamic offsets until the command buffer has
 * run, and Linux allows a process 65,530 maps: past them it crashes.
 */
const LAUNCHES_PER_BUFFER = 4096;

/** A launch, as WebGPU takes it. */
export interface Dispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  /** Dynamic offsets of the group, in their order. */
  readonly offsets: number[];
  /** Workgroups across and down. */
  readonly grid: readonly [number, number];
}

export class Commands {
  readonly #device: GPUDevice;
  #encoder: GPUCommandEncoder | undefined;
  #pass: GPUComputePassEncoder | undefined;
  /** Full command buffers, which are submitted with the open one. */
  #full: GPUCommandBuffer[] = [];
  #launches = 0;

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /** Where copies are recorded, after all launches up to now. */
  encoder(): GPUCommandEncoder {
    this.#pass?.end();
    this.#pass = undefined;
    return this.#encoder ??= this.#device.createCommandEncoder();
  }

  dispatch({ pipeline, group, offsets, grid }: Dispatch): void {
    this.#encoder ??= this.#device.createCommandEncoder();
    this.#pass ??= this.#encoder.beginComputePass();
    this.#pass.setPipeline(pipeline);
    this.#pass.setBindGroup(0, group, offsets);
    this.#pass.dispatchWorkgroups(...grid);
    if (++this.#launches < LAUNCHES_PER_BUFFER) return;
    this.#full.push(this.encoder().finish());
    this.#encoder = undefined;
    this.#launches = 0;
  }

  /** Sends all at once. */
  submit(): void {
    this.#device.queue.submit([...this.#full, this.encoder().finish()]);
    this.#full = [];
    this.#launches = 0;
    this.#encoder = undefined;
  }
}
