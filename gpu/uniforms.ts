/** Uniform blocks: the parameters of launches, each set of values written once and found again. */
import type { Kernel } from "./kernel.ts";
import type { Ledger } from "./ledger.ts";

/** Bytes between uniform blocks: WebGPU's guaranteed alignment of dynamic offsets. */
export const BLOCK_BYTES = 256;
const BLOCKS = 256;
const BUFFER_BYTES = BLOCK_BYTES * BLOCKS;

export class Uniforms implements Disposable {
  readonly #blocks = new Map<string, number>();
  /** Absent on a dry run. */
  readonly buffer: GPUBuffer | undefined;

  constructor(
    private readonly device: GPUDevice | undefined,
    private readonly ledger: Ledger,
    /** Submits what is recorded: what is written afterwards it does not read. */
    private readonly onFull: () => void,
  ) {
    ledger.book("plumbing", BUFFER_BYTES);
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    this.buffer = device?.createBuffer({ label: "uniforms", size: BUFFER_BYTES, usage });
  }

  /** Where these parameter values stand in `buffer`, in bytes. */
  block<P extends string>(kernel: Kernel<P, string>, params: Readonly<Record<P, number>>): number {
    let key = "";
    for (const name in kernel.params) key += `${kernel.params[name]}${params[name]} `;
    const found = this.#blocks.get(key);
    if (found !== undefined) return found;
    if (this.#blocks.size === BLOCKS) this.#startOver();
    const offset = this.#blocks.size * BLOCK_BYTES;
    this.#blocks.set(key, offset);
    if (this.buffer === undefined) return offset;
    const data = new DataView(new ArrayBuffer(BLOCK_BYTES));
    Object.entries<"u32" | "f32">(kernel.params).forEach(([name, type], i) => {
      const value = params[name as P];
      if (type === "f32") data.setFloat32(4 * i, value, true);
      else data.setUint32(4 * i, value, true);
    });
    this.device!.queue.writeBuffer(this.buffer, offset, data.buffer);
    return offset;
  }

  [Symbol.dispose](): void {
    this.buffer?.destroy();
    this.ledger.book("plumbing", -BUFFER_BYTES);
  }

  /** Batches of ever new shapes fill the buffer, and layers by the hundred whose masks differ. */
  #startOver(): void {
    this.onFull();
    this.#blocks.clear();
  }
}
