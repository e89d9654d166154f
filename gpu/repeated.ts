/**
 * Work that records the same commands each time, as a training step on one graph: what it recorded is kept
 * and sent again, which costs a fraction of recording it. It is recorded anew where that would differ.
 */
import type { Commands } from "./commands.ts";
import type { Recording } from "./recording.ts";
import type { Held } from "./scope.ts";
import type { Allocation } from "./tensor.ts";

/** What a device knows of whether commands may be sent again. */
export class Validity {
  /** Counts what no recording outlives: memory destroyed, parameters overwritten. */
  losses = 0;
  /** Counts writes and reads, which no recording holds. */
  exchanges = 0;

  constructor(readonly held: Held) {}
}

interface Kept {
  readonly recording: Recording;
  /** The device's losses when it was made. */
  readonly losses: number;
  /** Memory that it took from the pool and gave back. */
  readonly taken: ReadonlySet<Allocation>;
}

export class Repeated {
  readonly #commands: Commands;
  readonly #validity: Validity;
  readonly #record: () => Promise<void>;
  #times = 0;
  #kept: Kept | undefined;

  constructor(commands: Commands, validity: Validity, record: () => Promise<void>) {
    this.#commands = commands;
    this.#validity = validity;
    this.#record = record;
  }

  /** Does the work, by recording it or by sending what is kept. */
  async again(): Promise<void> {
    // The first time makes what lasts, and of many kinds of work there is no second.
    if (this.#times++ === 0) return await this.#record();
    if (this.#kept && this.#stands(this.#kept)) {
      return this.#commands.resend(this.#kept.recording);
    }
    this.#kept = undefined;
    this.#kept = await this.#recordAndKeep();
  }

  /** Whether the commands find their buffers and parameters, and overwrite nothing that is held. */
  #stands({ losses, taken }: Kept): boolean {
    const { held } = this.#validity;
    return losses === this.#validity.losses && [...taken].every((memory) => !held.has(memory));
  }

  async #recordAndKeep(): Promise<Kept | undefined> {
    const { held, losses, exchanges } = this.#validity;
    const taken = held.note();
    this.#commands.keep();
    let recording: Recording;
    try {
      await this.#record();
    } finally {
      held.noteNoMore();
      recording = this.#commands.kept();
    }
    // Losses meanwhile count too: the number is that of before.
    return exchanges === this.#validity.exchanges ? { recording, losses, taken } : undefined;
  }
}
