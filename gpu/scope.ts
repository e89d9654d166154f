/**
 * Gives back what work that failed had taken. Work opens a scope, and keeps what it took once it is done;
 * if it throws before, the scope's end disposes of whatever is still held of it.
 */
import { type Purpose, PURPOSES } from "./ledger.ts";
import type { Allocation, Scope, Tensor } from "./tensor.ts";

/** What a pass takes. Of other purposes are things that outlast it, some from their first use on. */
const OF_A_PASS: readonly Purpose[] = ["activations", "plumbing"];

class TakenSince implements Scope {
  readonly #giveBack: () => void;
  #kept = false;

  constructor(giveBack: () => void) {
    this.#giveBack = giveBack;
  }

  keep(): void {
    this.#kept = true;
  }

  [Symbol.dispose](): void {
    if (!this.#kept) this.#giveBack();
  }
}

/** The tensors a device has handed out and not had back. */
export class Held {
  readonly #tensors = new Map<Allocation, Tensor>();
  #noted: Set<Allocation> | undefined;

  add(tensor: Tensor): Tensor {
    this.#tensors.set(tensor.allocation, tensor);
    this.#noted?.add(tensor.allocation);
    return tensor;
  }

  has(allocation: Allocation): boolean {
    return this.#tensors.has(allocation);
  }

  /** The memory of all that is taken from now on, until memory is noted anew or no more. */
  note(): ReadonlySet<Allocation> {
    return this.#noted = new Set();
  }

  noteNoMore(): void {
    this.#noted = undefined;
  }

  remove(allocation: Allocation): void {
    this.#tensors.delete(allocation);
  }

  /** Of what is taken from now on; of a pass only, or for all purposes. */
  scope(of: "a pass" | "all"): Scope {
    const before = new Set(this.#tensors.values());
    const purposes = of === "all" ? PURPOSES : OF_A_PASS;
    return new TakenSince(() => {
      for (const tensor of [...this.#tensors.values()]) {
        const taken = purposes.includes(tensor.allocation.purpose) && !before.has(tensor);
        if (taken) tensor[Symbol.dispose]();
      }
    });
  }
}
