/** Upper bounds for the sizes of the parts that a run trains and evaluates by. */
import type { PartedGraph } from "../../graphs/parts/stored_graph.ts";
import { largerOf, type PartSize, partSize } from "../../graphs/parts/part_size.ts";
import { partitionOf } from "../../graphs/parts/parts.ts";
import type { Random } from "../../graphs/random.ts";
import { viewOf } from "../steps/predict.ts";
import { type TrainingGiven, type TrainingSettings, trainingSettings } from "../settings.ts";

/** Bounds of a run by parts; the whole graph counts as one part. */
export interface PartSizes {
  /** What no part exceeds that the run trains by. */
  readonly training: PartSize;
  /** What no part exceeds that the run evaluates by. */
  readonly evaluation: PartSize;
}

/** Whether a run trains or evaluates by parts. */
export function byParts({ parts = 1, evaluateParts = 1 }: TrainingGiven): boolean {
  return parts > 1 || evaluateParts > 1;
}

/** Whether an epoch, from 1, ends with an evaluation. */
export function evaluates(epoch: number, { epochs, evaluateEvery }: TrainingSettings): boolean {
  return epochs > 0 && (epoch % evaluateEvery === 0 || epoch === epochs);
}

/**
 * The bounds over all epochs of a run. Where it trains and evaluates by equally many parts, both share one
 * bound, and so their memory.
 */
export function partSizes(graph: PartedGraph, given: TrainingGiven): PartSizes {
  const options = trainingSettings(given);
  const { parts, evaluateParts, epochs, seed } = options;
  const all = Array.from({ length: Math.max(1, epochs) }, (_, i) => i + 1);
  const draws = (of: (epoch: number) => Random, epochs: readonly number[]) =>
    epochs.map((epoch) => () => of(epoch));
  const training = partSize(graph, parts, draws((epoch) => partitionOf(seed, epoch), all));
  const evaluated = all.filter((epoch) => evaluates(epoch, options));
  const views = draws((epoch) => viewOf(seed + epoch, 0), evaluated);
  const evaluation = partSize(graph, evaluateParts, views);
  if (parts !== evaluateParts) return { training, evaluation };
  const both = largerOf(training, evaluation);
  return { training: both, evaluation: both };
}
