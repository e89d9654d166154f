/** How long a run's next epoch may take, from those before it. */
import { evaluates } from "./part_sizes.ts";
import type { TrainingSettings } from "../settings.ts";

/** Most seconds of an epoch whose end is waited for: with the writing of a state, less than five. */
const SOON = 2;

/** How long this process's epochs take: those with an evaluation, and those of pre-training, differ. */
export class Pace {
  readonly #training: TrainingSettings;
  readonly #longest = new Map<string, { readonly seconds: number; readonly first: boolean }>();

  constructor(training: TrainingSettings) {
    this.#training = training;
  }

  /** Takes an epoch's seconds down. The first of its kind compiles kernels: it counts until there are others. */
  add(epoch: number, seconds: number): void {
    const kind = this.#kind(epoch);
    const known = this.#longest.get(kind);
    const longest = known && !known.first ? Math.max(known.seconds, seconds) : seconds;
    this.#longest.set(kind, { seconds: longest, first: known === undefined });
  }

  /** The seconds that an epoch may take; infinite where none like it has been seen. */
  expected(epoch: number): number {
    return this.#longest.get(this.#kind(epoch))?.seconds ?? Infinity;
  }

  #kind(epoch: number): string {
    return `${evaluates(epoch, this.#training)} ${epoch <= this.#training.pretrainEpochs}`;
  }

  /** Whether an epoch's end may be waited for. */
  isSoon(epoch: number): boolean {
    return this.expected(epoch) <= SOON;
  }
}
