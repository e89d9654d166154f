/** Uniform blocks: the parameters of launches, each set of values written once and found again. */
import type { Kernel } from "./kernel.ts";
import type { Ledger } from "./ledger.ts";
import { NumberKey, NumberMap } from "./number_map.ts";

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
  /** Where blocks stand, by their words. */
  readonly #blocks = new NumberMap<number>();
  readonly #key = new NumberKey();

  constructor(ledger: Ledger, owner: Owner) {
    this.#ledger = ledger;
    this.#owner = owner;
    ledger.book("plumbing", UNIFORMS_BYTES);
  }

  /** Where these parameter values stand in the buffer, in bytes. */
  block<P extends string>(kernel: Kernel<P, string>, params: Readonly<Record<P, number>>): number {
    const key = this.#key.begin();
    for (const name in kernel.params) {
      if (kernel.params[name] === "f32") key.add(bitsOf(params[name]));
      else key.add(params[name]);
    }
    const found = this.#blocks.get(key);
    if (found !== undefined) return found;
    if (this.#blocks.size === BLOCKS) this.#startOver();
    const offset = this.#blocks.size * BLOCK_BYTES;
    const { key: words } = this.#blocks.add(key, offset);
    const block = new Uint32Array(BLOCK_BYTES / 4);
    block.set(words);
    this.#owner.write(offset, block.buffer);
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

const FLOAT = new Float32Array(1);
const WORD = new Uint32Array(FLOAT.buffer);

/** A float's word. */
function bitsOf(value: number): number {
  FLOAT[0] = value;
  return WORD[0]!;
}
