/**
 * Ending a run between two epochs, because somebody asks for it. A request is only heard while nothing
 * holds this thread, which waits for the device: so a run says before each epoch whether its end comes soon
 * enough. If not, a request may end the process at once, as the run's state is on the disk.
 */

/** Whoever may ask a run to end. */
export interface Interruption {
  /** Told before each epoch whether a request waits for its end, and after the last that none does. */
  waits(soon: boolean): void;
  /** What asked the run to end since then, such as the signal SIGTERM. */
  asked(): Promise<string | undefined>;
}

/** Thrown by a run that was asked to end, once its state is written. */
export class Interrupted extends Error {
  /** What the error is called. */
  override name = "Interrupted";

  /** Composes the sentence from what asked for it. */
  constructor(
    /** Such as SIGTERM. */
    readonly by: string,
  ) {
    super(`Stopped by ${by}: run the same call again to go on`);
  }
}
