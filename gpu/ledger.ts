/**
 * The memory ledger: every device byte by purpose, live and at the peak. The paper's claim, constant
 * memory in depth, is a number of this ledger.
 */

/**
 * What device memory is held for. The first three grow with the number of parameters; `plumbing` is
 * uniform blocks and staging for readbacks.
 */
export const PURPOSES = [
  "weights",
  "gradients",
  "moments",
  "graph",
  "activations",
  "plumbing",
] as const;
/** What one piece of device memory is held for. */
export type Purpose = typeof PURPOSES[number];

/** What grows with the number of parameters, and not with the graph. */
export const PARAMETER_PURPOSES: readonly Purpose[] = ["weights", "gradients", "moments"];

/** Counts bytes of device memory by purpose: those held now, and the most held at once. */
export class Ledger {
  #live = 0;
  #peak = 0;
  readonly #byPurpose = new Map<Purpose, { live: number; peak: number }>(
    PURPOSES.map((purpose) => [purpose, { live: 0, peak: 0 }]),
  );

  /** Books `bytes` taken from the device (negative: given back). */
  book(purpose: Purpose, bytes: number): void {
    const entry = this.#byPurpose.get(purpose)!;
    entry.live += bytes;
    entry.peak = Math.max(entry.peak, entry.live);
    this.#live += bytes;
    this.#peak = Math.max(this.#peak, this.#live);
  }

  /** Bytes held now. */
  get live(): number {
    return this.#live;
  }

  /** The most bytes ever held at once. */
  get peak(): number {
    return this.#peak;
  }

  /** The most bytes ever held at once for one purpose. */
  peakOf(purpose: Purpose): number {
    return this.#byPurpose.get(purpose)!.peak;
  }

  /** The peak, parameters and optimiser state aside: the paper's O(LND) or O(ND). */
  get activationPeak(): number {
    return this.#peak -
      PARAMETER_PURPOSES.reduce((sum, purpose) => sum + this.peakOf(purpose), 0);
  }
}
