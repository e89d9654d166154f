/**
 * Ending a run between two epochs, because somebody asks for it. A request is only heard while nothing
 * holds this thread, which waits for the device: so a run says before each epoch whether its end comes soon
 * enough. If not, a request may end the process at once: the run's state is on the disk, if it is kept.
 */

/** Whoever may ask a run to end. */
export interface Interruption {
  /** Told before each epoch whether a request waits for its end, and after the last that none does. */
  waits(soon: boolean): void;
  /** What asked the run to end since then, such as the signal SIGTERM. */
  asked(): Promise<string | undefined>;
}

/** Thrown by a run that was asked to end, once its state is written where one is kept. */
export class Interrupted extends Error {
  /** What the error is called. */
  override name = "Interrupted";

  /** Composes the sentence from what asked for it, and whether the run can go on. */
  constructor(
    /** Such as SIGTERM. */
    readonly by: string,
    isKept = true,
  ) {
    const next = isKept
      ? "run the same call again to go on"
      : "the same call begins anew, with --resume FILE it would go on";
    super(`Stopped by ${by}: ${next}`);
  }
}
