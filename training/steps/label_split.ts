/**
 * Draws which training nodes' labels a step gets as inputs and which it must predict: anew at every step,
 * so that a model with label inputs learns to use neighbours' labels, not a node's own.
 */
import { Random, RANDOM_STREAMS } from "../../graphs/random.ts";

/** Two masks over all nodes; a node outside of training is in neither. */
export interface LabelSplit {
  /** [nodes]: 1 where the label is an input. */
  readonly given: Uint32Array;
  /** [nodes]: 1 where the loss counts. */
  readonly predicted: Uint32Array;
  /** The nodes whose labels are inputs, in the order drawn. */
  readonly givenNodes: Uint32Array;
  /** How many nodes are to be predicted. */
  readonly count: number;
}

/** Options of one step's split of labels. */
export interface LabelSplitOptions {
  /** Seed of the run. */
  readonly seed: number;
  /** Which step it is, from 1. */
  readonly step: number;
  /** Share of the training nodes whose labels are given, from 0 to 1. */
  readonly rate: number;
}

/**
 * The split of one step. The share is exact, so that the loss has the same magnitude at every step; the
 * public code tosses a coin for each node. At least one node is left to predict.
 */
export function labelSplit(
  nodes: number,
  train: Uint32Array,
  { seed, step, rate }: LabelSplitOptions,
): LabelSplit {
  if (!(rate >= 0 && rate <= 1)) {
    throw new RangeError(`Cannot give labels at rate ${rate}: it must be from 0 to 1`);
  }
  const order = new Random(seed, RANDOM_STREAMS.labelSplits + step).permutation(train.length);
  const share = Math.max(0, Math.min(Math.round(rate * train.length), train.length - 1));
  const [given, predicted] = [new Uint32Array(nodes), new Uint32Array(nodes)];
  const drawn = order.map((k) => train[k]!);
  drawn.forEach((node, at) => (at < share ? given : predicted)[node] = 1);
  return { given, predicted, givenNodes: drawn.subarray(0, share), count: train.length - share };
}
