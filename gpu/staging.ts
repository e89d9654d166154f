/**
 * The buffer that reads go through. An awaited `mapAsync` costs 10 ms in Deno, which sleeps between polls.
 * But when the call returns, the buffer is mapped already, provided it was mapped and awaited once before:
 * so every staging buffer is, at its birth. Not specified behaviour; where it does not hold, the
 * promise is awaited as usual.
 */
import type { Buffers } from "./buffers.ts";
import type { Commands } from "./commands.ts";
import type { Tensor } from "./tensor.ts";

export class Staging implements Disposable {
  readonly #device: GPUDevice;
  readonly #buffers: Buffers;
  /** Absent until there is something to read. */
  #staging: GPUBuffer | undefined;
  #mappedBefore = false;

  constructor(device: GPUDevice, buffers: Buffers) {
    this.#device = device;
    this.#buffers = buffers;
  }

  /** A new buffer in place of the one before. */
  create(bytes: number): void {
    this.#staging?.destroy();
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    this.#staging = this.#device.createBuffer({ label: "readback", size: bytes, usage });
    this.#mappedBefore = false;
  }

  /** Records the copies; the returned function waits for them once they are submitted. */
  record(commands: Commands, tensors: readonly Tensor[]): () => Promise<Float32Array[]> {
    const staging = this.#staging;
    if (staging === undefined) return () => Promise.resolve([]);
    const buffers = tensors.map((tensor) => this.#buffers.of(tensor));
    let total = 0;
    tensors.forEach(({ offset, bytes }, i) => {
      const at = total;
      commands.transfer(
        (encoder) => encoder.copyBufferToBuffer(buffers[i]!, offset, staging, at, bytes),
        bytes,
      );
      total += bytes;
    });
    return async () => {
      const mapping = staging.mapAsync(GPUMapMode.READ, 0, total);
      let mapped = this.#mappedBefore ? mappedNow(staging, total) : undefined;
      if (mapped === undefined) {
        await mapping;
        this.#mappedBefore = true;
        mapped = staging.getMappedRange(0, total);
      }
      const values = unpack(mapped, tensors);
      staging.unmap();
      return values;
    };
  }

  [Symbol.dispose](): void {
    this.#staging?.destroy();
  }
}

/** The mapped bytes if mapping has taken place already. */
function mappedNow(staging: GPUBuffer, bytes: number): ArrayBuffer | undefined {
  try {
    return staging.getMappedRange(0, bytes);
  } catch {
    return undefined;
  }
}

/** Copies the tensors' rows out of the mapped bytes, padding left behind. */
function unpack(mapped: ArrayBuffer, tensors: readonly Tensor[]): Float32Array[] {
  let offset = 0;
  return tensors.map(({ rows, cols, stride, bytes }) => {
    const padded = new Float32Array(mapped, offset, rows * stride);
    offset += bytes;
    if (cols === stride) return padded.slice();
    const values = new Float32Array(rows * cols);
    for (let row = 0; row < rows; row++) {
      values.set(padded.subarray(row * stride, row * stride + cols), row * cols);
    }
    return values;
  });
}
