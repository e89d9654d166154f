/**
 * Device memory in a pool: a released buffer serves the next tensor of its size. The free buffer made
 * first is taken first, so that every training step meets the same buffers in the same places and the
 * bind groups of the first step serve all others. Where work of another kind begins, what the work
 * before has left serves as well, and gives way before more would be held than ever before: so what is
 * held at the most is what the larger of both takes by itself.
 */
import type { Ledger, Purpose } from "./ledger.ts";
import type { Allocation } from "./tensor.ts";
import { formatBytes } from "./format_bytes.ts";

/** The device whose memory it is. */
interface Owner {
  /** Makes the buffer of memory that has been booked. */
  create(allocation: Allocation): void;
  destroy(allocation: Allocation): void;
  /** Nothing recorded may still need what is destroyed next. */
  submit(): void;
}

export class Memory {
  /** By purpose and bytes, those made first at the front. */
  readonly #free = new Map<Purpose, Map<number, Allocation[]>>();
  /** Free since before the last turn, the largest first. */
  #left = new Set<Allocation>();
  #next = 0;

  readonly #ledger: Ledger;
  readonly #budget: number;
  readonly #owner: Owner;

  /** Of so many bytes at once; a dry run has no limit. */
  constructor(ledger: Ledger, budget: number, owner: Owner) {
    this.#ledger = ledger;
    this.#budget = budget;
    this.#owner = owner;
  }

  /** `bytes` of device memory. Throws before the budget is exceeded. */
  take(bytes: number, purpose: Purpose): Allocation {
    const pooled = this.#free.get(purpose)?.get(bytes)?.shift();
    if (pooled !== undefined) {
      this.#left.delete(pooled);
      return pooled;
    }
    this.makeRoom(bytes);
    if (this.#ledger.live + bytes > this.#budget) this.trim();
    if (this.#ledger.live + bytes > this.#budget) {
      throw new RangeError(
        `Cannot allocate ${formatBytes(bytes)} for ${purpose}: ${formatBytes(this.#ledger.live)} ` +
          `of ${formatBytes(this.#budget)} are taken, use fewer channels or more parts`,
      );
    }
    this.#ledger.book(purpose, bytes);
    const id = this.#next++;
    const allocation = { id, bytes, purpose };
    this.#owner.create(allocation);
    return allocation;
  }

  /** Lets what was left before the last turn give way to so many bytes, as far as the peak would rise. */
  makeRoom(bytes: number): void {
    for (const left of this.#left) {
      if (this.#ledger.live + bytes <= this.#ledger.peak) return;
      this.#giveBack(left);
    }
  }

  /** Puts memory back into the pool. */
  release(allocation: Allocation): void {
    const { bytes, purpose } = allocation;
    const ofPurpose = this.#free.get(purpose) ?? new Map<number, Allocation[]>();
    const free = ofPurpose.get(bytes) ?? [];
    const at = free.findIndex((other) => other.id > allocation.id);
    if (at < 0) free.push(allocation);
    else free.splice(at, 0, allocation);
    ofPurpose.set(bytes, free);
    this.#free.set(purpose, ofPurpose);
  }

  /** Work of another kind begins: what is free now gives way to it. */
  turn(): void {
    // Nothing recorded needs what is given back later.
    this.#owner.submit();
    this.#left = new Set(this.#allFree().sort((a, b) => b.bytes - a.bytes || a.id - b.id));
  }

  /** Returns every free buffer to the device. */
  trim(): void {
    this.#owner.submit();
    for (const free of this.#allFree()) this.#giveBack(free);
  }

  #allFree(): Allocation[] {
    return [...this.#free.values()].flatMap((ofPurpose) => [...ofPurpose.values()]).flat();
  }

  #giveBack(allocation: Allocation): void {
    const { bytes, purpose } = allocation;
    const free = this.#free.get(purpose)!.get(bytes)!;
    free.splice(free.indexOf(allocation), 1);
    this.#left.delete(allocation);
    this.#ledger.book(purpose, -bytes);
    this.#owner.destroy(allocation);
  }
}
