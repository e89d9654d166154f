/**
 * Where a stretch of commands is cut into pieces that are submitted one by one. Drivers of Windows, AMD,
 * Intel and Metal end what runs for 2 to 10 s and lose the device, so a piece takes a small share of
 * that by estimate. The device works on one while the next is encoded.
 */

/** Estimated seconds of a piece: a twentieth of the strictest watchdog, as estimates may be far off. */
const PIECE_SECONDS = 0.1;

/** What is assumed of a device that has not been measured: two cores and a software driver. */
const FIRST_RATE = 2 ** 30;

/**
 * Mesa's software driver maps a page for each launch with dynamic offsets until the command buffer has
 * run, and Linux allows a process 65,530 maps: past them it crashes.
 */
const MOST_COMMANDS = 4096;

/** The clock as it was at first: estimates are of the device, whatever time a test sets afterwards. */
const CLOCK = performance.now.bind(performance);

/** Counts commands into pieces, by bytes a second as last measured from the first piece to a read. */
export class Pieces {
  readonly #now: () => number;
  #bytesPerSecond = FIRST_RATE;
  #bytes = 0;
  #commands = 0;
  /** Since the device was known to be idle: when the first piece went, in ms, and bytes of all. */
  #since: number | undefined;
  #sent = 0;

  constructor(now: () => number = CLOCK) {
    this.#now = now;
  }

  /** Bytes of a full piece. */
  get bytes(): number {
    return PIECE_SECONDS * this.#bytesPerSecond;
  }

  /** Counts a command; whether the piece is full with it. */
  add(bytes: number): boolean {
    this.#bytes += bytes;
    return ++this.#commands === MOST_COMMANDS || this.#bytes >= this.bytes;
  }

  /** What was counted is submitted. */
  submitted(): void {
    this.#since ??= this.#now();
    this.#sent += this.#bytes;
    this.#bytes = this.#commands = 0;
  }

  /** All that was submitted is done. What fills no piece measures the driver's delays, not its work. */
  done(): void {
    const seconds = Math.max(1e-3, (this.#now() - (this.#since ?? 0)) / 1000);
    if (this.#sent >= this.bytes) this.#bytesPerSecond = this.#sent / seconds;
    this.#since = undefined;
    this.#sent = 0;
  }
}
