/**
 * Which training nodes' labels a step is given as inputs, and which it has to predict: drawn anew every
 * step, so that a model with label inputs learns to use its neighbours' labels and not its own.
 */
import { Random, RANDOM_STREAMS } from "../../graphs/random.ts";

/** RevGAT's share of labels that are given. */
export const MASK_RATE = 0.5;

/** Masks over all nodes; a node that is not in training is in neither. */
export interface LabelSplit {
  /** [nodes]: 1 where the label is an input. */
  readonly given: Uint32Array;
  /** [nodes]: 1 where the loss counts. */
  readonly predicted: Uint32Array;
  /** Nodes predicted. */
  readonly count: number;
}

/** Options of one step's split of labels. */
export interface LabelSplitOptions {
  /** Seed of the run. */
  readonly seed: number;
  /** From 1. */
  readonly step: number;
  /** Share of the training nodes that is given; default 0.5. */
  readonly rate?: number;
}

/**
 * The split of one step. The share is exact where the public code tosses a coin for each node: so the
 * loss has the same scale at every step. At least one node is left to predict.
 */
export function labelSplit(
  nodes: number,
  train: Uint32Array,
  { seed, step, rate = MASK_RATE }: LabelSplitOptions,
): LabelSplit {
  if (!(rate >= 0 && rate <= 1)) {
    throw new RangeError(`Cannot give labels at rate ${rate}: it must be from 0 to 1`);
  }
  const order = new Random(seed, RANDOM_STREAMS.labelSplits + step).permutation(train.length);
  const share = Math.max(0, Math.min(Math.round(rate * train.length), train.length - 1));
  const [given, predicted] = [new Uint32Array(nodes), new Uint32Array(nodes)];
  order.forEach((k, at) => (at < share ? given : predicted)[train[k]!] = 1);
  return { given, predicted, count: train.length - share };
}
