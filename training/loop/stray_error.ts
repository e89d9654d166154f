/** What ends a training whose numbers are none any more. */
import type { TrainingSettings } from "../settings.ts";

/** When a training went astray. */
export interface StrayTime {
  /** From 1. */
  readonly epoch: number;
  /** From 0; undefined where it is not known. */
  readonly batch: number | undefined;
}

/** Thrown where a loss, a gradient or a logit is not finite. */
export class StrayError extends Error {
  override name = "StrayError";

  /** Composes the sentence from a clause that names it; `place` is where it begins, if that is known. */
  constructor(
    readonly stray: string,
    readonly time: StrayTime,
    { learningRate, parts }: Pick<TrainingSettings, "learningRate" | "parts">,
    place?: string,
  ) {
    const { epoch, batch } = time;
    super(
      `Cannot go on training: ${stray} in epoch ${epoch}` +
        (parts > 1 && batch !== undefined ? `, batch ${batch + 1} of ${parts}` : "") +
        (place === undefined ? "" : `, first in ${place}`) +
        `, use a lower learning rate than ${learningRate}`,
    );
  }
}
