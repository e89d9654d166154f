/**
 * Reading from the device. An awaited `mapAsync` costs 10 ms in Deno, which sleeps between polls. But
 * when the call returns, the buffer is mapped already, provided it was mapped and awaited once before:
 * so every staging buffer is, at its birth. Not specified behaviour; where it does not hold, the
 * promise is awaited as usual.
 */
import type { Ledger } from "./ledger.ts";
import type { Tensor } from "./tensor.ts";

export class Readback implements Disposable {
  #staging: GPUBuffer | undefined;
  #bytes = 0;
  #mappedBefore = false;

  constructor(
    private readonly device: GPUDevice | undefined,
    private readonly ledger: Ledger,
    /** Told before so many bytes are taken. */
    private readonly onGrow: (bytes: number) => void,
  ) {}

  /** What can be read at once without more memory. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Makes sure that these tensors can be read at once. */
  reserve(tensors: readonly Pick<Tensor, "bytes">[]): void {
    const total = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
    if (this.#bytes >= total) return;
    this[Symbol.dispose]();
    this.onGrow(total);
    this.ledger.book("plumbing", this.#bytes = total);
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    this.#staging = this.device?.createBuffer({ label: "readback", size: total, usage });
  }

  /** Records the copies; the returned function waits for them once they are submitted. */
  record(encoder: GPUCommandEncoder, tensors: readonly Tensor[]): () => Promise<Float32Array[]> {
    this.reserve(tensors);
    const staging = this.#staging!;
    const total = tensors.reduce((sum, tensor) => sum + tensor.bytes, 0);
    let offset = 0;
    for (const tensor of tensors) {
      const { buffer } = tensor.allocation;
      encoder.copyBufferToBuffer(buffer!, tensor.offset, staging, offset, tensor.bytes);
      offset += tensor.bytes;
    }
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
    this.ledger.book("plumbing", -this.#bytes);
    this.#bytes = 0;
    this.#mappedBefore = false;
  }
}

/** Tensors in their order, in batches that one buffer holds; no tensor is a batch too. */
export function readbackBatches<T extends Pick<Tensor, "bytes">>(
  tensors: readonly T[],
  maxBufferBytes: number,
): T[][] {
  const batches: T[][] = [[]];
  let bytes = 0;
  for (const tensor of tensors) {
    if (bytes > 0 && bytes + tensor.bytes > maxBufferBytes) {
      batches.push([]);
      bytes = 0;
    }
    batches.at(-1)!.push(tensor);
    bytes += tensor.bytes;
  }
  return batches;
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
