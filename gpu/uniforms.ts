/** Uniform blocks: the parameters of launches, each set of values written once and found again. */
import type { Kernel } from "./kernel.ts";
import type { Ledger } from "./ledger.ts";

/** Bytes between uniform blocks: WebGPU's guaranteed alignment of dynamic offsets. */
export const BLOCK_BYTES = 256;
const BLOCKS = 256;
/** Bytes of the buffer that holds them. */
export const UNIFORMS_BYTES = BLOCK_BYTES * BLOCKS;

/** The device whose buffer it is. */
interface Owner {
  /** Submits what is recorded: all blocks are written anew. */
  startOver(): void;
  /** Writes a block so many bytes into the buffer. */
  write(offset: number, block: ArrayBuffer): void;
}

export class Uniforms implements Disposable {
  readonly #ledger: Ledger;
  readonly #owner: Owner;
  readonly #blocks = new Map<string, number>();

  constructor(ledger: Ledger, owner: Owner) {
    this.#ledger = ledger;
    this.#owner = owner;
    ledger.book("plumbing", UNIFORMS_BYTES);
  }

  /** Where these parameter values stand in the buffer, in bytes. */
  block<P extends string>(kernel: Kernel<P, string>, params: Readonly<Record<P, number>>): number {
    let key = "";
    for (const name in kernel.params) key += `${kernel.params[name]}${params[name]} `;
    const found = this.#blocks.get(key);
    if (found !== undefined) return found;
    if (this.#blocks.size === BLOCKS) this.#startOver();
    const offset = this.#blocks.size * BLOCK_BYTES;
    this.#blocks.set(key, offset);
    this.#owner.write(offset, packed(kernel, params));
    return offset;
  }

  [Symbol.dispose](): void {
    this.#ledger.book("plumbing", -UNIFORMS_BYTES);
  }

  /** Batches of ever new shapes fill the buffer, and layers by the hundred whose masks differ. */
  #startOver(): void {
    this.#owner.startOver();
    this.#blocks.clear();
  }
}

/** The parameters as WGSL's struct of them has them. */
function packed<P extends string>(
  kernel: Kernel<P, string>,
  params: Readonly<Record<P, number>>,
): ArrayBuffer {
  const data = new DataView(new ArrayBuffer(BLOCK_BYTES));
  Object.entries<"u32" | "f32">(kernel.params).forEach(([name, type], i) => {
    const value = params[name as P];
    if (type === "f32") data.setFloat32(4 * i, value, true);
    else data.setUint32(4 * i, value, true);
  });
  return data.buffer;
}
