/**
 * The batches of random partition training: each epoch draws the nodes into parts anew, and the
 * sub-graph induced by a part is a batch.
 */
import type { Matrix } from "../graph.ts";
import { takeRows } from "../matrix.ts";
import { induce, randomParts } from "./partition.ts";
import { prepare, type PreparedGraph } from "../prepare.ts";
import { Random, RANDOM_STREAMS } from "../random.ts";
import type { PartedGraph } from "./stored_graph.ts";

/** A batch of training. */
export interface Part {
  readonly graph: PreparedGraph;
  /** [nodes of the part, classes]: the rows of the teacher's logits for its nodes. */
  readonly teacher?: Matrix;
}

export interface PartsOptions {
  /** Parts per epoch. */
  readonly parts: number;
  readonly epochs: number;
  /** The epoch to begin with when earlier ones are done; default 1. */
  readonly firstEpoch?: number;
  readonly seed: number;
  /** [nodes, classes]: a teacher's logits. */
  readonly teacher?: Matrix;
  /** Of each epoch only the parts of this rank, every `size`-th; default all. */
  readonly share?: { readonly rank: number; readonly size: number };
}

/** Returns the parts of a run one after another. */
export interface PartSource extends Disposable {
  next(): Part | Promise<Part>;
}

/** The generator of an epoch's partition; epochs count from 1. */
export function partitionOf(seed: number, epoch: number): Random {
  return new Random(seed, RANDOM_STREAMS.partitions + epoch);
}

/** The parts of all epochs in training order; they depend only on the arguments. */
export function* partsOf(
  graph: PartedGraph,
  { parts, epochs, firstEpoch = 1, seed, teacher, share = { rank: 0, size: 1 } }: PartsOptions,
): Generator<Part, undefined> {
  for (let epoch = firstEpoch; epoch <= epochs; epoch++) {
    const drawn = randomParts(graph.nodes, parts, partitionOf(seed, epoch));
    for (const [part, nodes] of drawn.entries()) {
      if (part % share.size !== share.rank) continue;
      yield {
        graph: prepare(induce(graph, nodes)),
        ...teacher && { teacher: takeRows(teacher, nodes) },
      };
    }
  }
}

/** Builds each part when it is asked for, without a worker. */
export function partsOnTheSpot(graph: PartedGraph, options: PartsOptions): PartSource {
  const parts = partsOf(graph, options);
  return { next: () => nextPart(parts, options), [Symbol.dispose]() {} };
}

/** Returns the next part; throws after the last. */
export function nextPart(parts: Generator<Part, undefined>, options: PartsOptions): Part {
  const { value } = parts.next();
  if (value !== undefined) return value;
  throw new RangeError(
    `Cannot build another part: ${options.epochs} epochs of ${options.parts} parts are over`,
  );
}
