/**
 * Device memory in a pool: a released buffer serves the next tensor of its size. The free buffer made
 * first is taken first, so that every training step meets the same buffers in the same places and the
 * bind groups of the first step serve all others.
 */
import type { Ledger, Purpose } from "./ledger.ts";
import type { Allocation } from "./tensor.ts";
import { formatBytes } from "./format_bytes.ts";

const { STORAGE, UNIFORM, COPY_DST, COPY_SRC } = GPUBufferUsage;
const USAGE = STORAGE | UNIFORM | COPY_DST | COPY_SRC;

/** Who the memory belongs to. */
export interface Owner {
  /** Nothing recorded may still need what is destroyed next. */
  submit(): void;
  forget(allocation: Allocation): void;
}

export class Memory {
  readonly #free = new Map<string, Allocation[]>();
  #next = 0;

  constructor(
    private readonly device: GPUDevice | undefined,
    private readonly ledger: Ledger,
    /** Bytes that may be held at once; a dry run has no limit. */
    readonly budget: number,
    private readonly owner: Owner,
  ) {}

  /** `bytes` of device memory. Throws before the budget is exceeded. */
  take(bytes: number, purpose: Purpose): Allocation {
    const pooled = this.#free.get(poolKey(bytes, purpose))?.shift();
    if (pooled !== undefined) return pooled;
    if (this.ledger.live + bytes > this.budget) this.trim();
    if (this.ledger.live + bytes > this.budget) {
      throw new RangeError(
        `Cannot allocate ${formatBytes(bytes)} for ${purpose}: ${formatBytes(this.ledger.live)} ` +
          `of ${formatBytes(this.budget)} are taken, use fewer channels or more parts`,
      );
    }
    this.ledger.book(purpose, bytes);
    const id = this.#next++;
    const label = `${purpose} ${id}`;
    return {
      id,
      bytes,
      purpose,
      buffer: this.device?.createBuffer({ label, size: bytes, usage: USAGE }),
    };
  }

  /** Puts memory back into the pool. */
  release(allocation: Allocation): void {
    const key = poolKey(allocation.bytes, allocation.purpose);
    const free = this.#free.get(key) ?? [];
    const at = free.findIndex((other) => other.id > allocation.id);
    free.splice(at < 0 ? free.length : at, 0, allocation);
    this.#free.set(key, free);
  }

  /** Returns every free buffer to the device. */
  trim(): void {
    this.owner.submit();
    for (const free of this.#free.values()) {
      for (const allocation of free) {
        allocation.buffer?.destroy();
        this.ledger.book(allocation.purpose, -allocation.bytes);
        this.owner.forget(allocation);
      }
    }
    this.#free.clear();
  }
}

function poolKey(bytes: number, purpose: Purpose): string {
  return `${purpose} ${bytes}`;
}
