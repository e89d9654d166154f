/** Uniform blocks: the parameters of launches, each set of values written once and found again. */
import type { Kernel } from "./kernel.ts";
import type { Ledger } from "./ledger.ts";

/** Bytes between uniform blocks: WebGPU's guaranteed alignment of dynamic offsets. */
export const BLOCK_BYTES = 256;
const BLOCKS = 256;
const BUFFER_BYTES = BLOCK_BYTES * BLOCKS;

export class Uniforms implements Disposable {
  readonly #blocks = new Map<string, number>();
  #buffer: GPUBuffer | undefined;
  /** Full ones that recorded launches still read. */
  readonly #replaced: (GPUBuffer | undefined)[] = [];

  constructor(
    private readonly device: GPUDevice | undefined,
    private readonly ledger: Ledger,
    private readonly onReplace: () => void,
  ) {
    this.#buffer = this.#create();
  }

  /** The buffer of the block found last. Absent on a dry run. */
  get buffer(): GPUBuffer | undefined {
    return this.#buffer;
  }

  /** Where these parameter values stand in `buffer`, in bytes. */
  block<P extends string>(kernel: Kernel<P, string>, params: Readonly<Record<P, number>>): number {
    let key = "";
    for (const name in kernel.params) key += `${kernel.params[name]}${params[name]} `;
    const found = this.#blocks.get(key);
    if (found !== undefined) return found;
    if (this.#blocks.size === BLOCKS) this.#replace();
    const offset = this.#blocks.size * BLOCK_BYTES;
    this.#blocks.set(key, offset);
    if (this.#buffer === undefined) return offset;
    const data = new DataView(new ArrayBuffer(BLOCK_BYTES));
    Object.entries<"u32" | "f32">(kernel.params).forEach(([name, type], i) => {
      const value = params[name as P];
      if (type === "f32") data.setFloat32(4 * i, value, true);
      else data.setUint32(4 * i, value, true);
    });
    this.device!.queue.writeBuffer(this.#buffer, offset, data.buffer);
    return offset;
  }

  /** Everything recorded is submitted: full buffers may go. */
  dropReplaced(): void {
    for (const buffer of this.#replaced) this.#destroy(buffer);
    this.#replaced.length = 0;
  }

  [Symbol.dispose](): void {
    this.dropReplaced();
    this.#destroy(this.#buffer);
    this.#buffer = undefined;
  }

  /** Batches of ever new shapes fill the buffer; what is recorded goes on reading the old one. */
  #replace(): void {
    this.#replaced.push(this.#buffer);
    this.#blocks.clear();
    this.#buffer = this.#create();
    this.onReplace();
  }

  #create(): GPUBuffer | undefined {
    this.ledger.book("plumbing", BUFFER_BYTES);
    const usage = GPUBufferUsage.UNIFORM | GPUBufferUsage.COPY_DST;
    return this.device?.createBuffer({ label: "uniforms", size: BUFFER_BYTES, usage });
  }

  #destroy(buffer: GPUBuffer | undefined): void {
    buffer?.destroy();
    this.ledger.book("plumbing", -BUFFER_BYTES);
  }
}
