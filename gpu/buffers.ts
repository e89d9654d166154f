/** The buffers of a device, each found by the memory that it is. */
import type { Allocation, Tensor } from "./tensor.ts";

const { STORAGE, UNIFORM, COPY_DST, COPY_SRC } = GPUBufferUsage;
const USAGE = STORAGE | UNIFORM | COPY_DST | COPY_SRC;

export class Buffers {
  readonly #device: GPUDevice;
  readonly #buffers = new Map<Allocation, GPUBuffer>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  create(allocation: Allocation): void {
    const { id, bytes, purpose } = allocation;
    const label = `${purpose} ${id}`;
    this.#buffers.set(allocation, this.#device.createBuffer({ label, size: bytes, usage: USAGE }));
  }

  destroy(allocation: Allocation): void {
    this.#buffers.get(allocation)?.destroy();
    this.#buffers.delete(allocation);
  }

  /** The buffer that a tensor or a window stands in. Throws a sentence where this device has none. */
  of({ allocation, rows, cols }: Tensor): GPUBuffer {
    const buffer = this.#buffers.get(allocation);
    if (buffer !== undefined) return buffer;
    throw new TypeError(
      `Cannot use a tensor of ${rows} × ${cols}: its memory is another device's or was given back, ` +
        "expected a tensor of this device that is not disposed of",
    );
  }
}
