/** Makes the first batch of a run, for measuring a single step. */
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { partsOnTheSpot } from "../../graphs/parts/parts.ts";
import { inMemory, type PartedGraph } from "../../graphs/parts/stored_graph.ts";

/** The whole graph, or a part of it. */
export interface Batch {
  /** What the step learns from. */
  readonly graph: Graph;
  /** [nodes of the batch, classes]: a teacher's logits. */
  readonly teacher?: Matrix | undefined;
}

/** The first batch of a run with these options: the graph itself, or the first of its random parts. */
export async function firstBatch(
  graph: PartedGraph,
  { parts = 1, seed = 0, teacher }: {
    readonly parts?: number;
    readonly seed?: number;
    readonly teacher?: Matrix | undefined;
  },
): Promise<Batch> {
  if (parts === 1) return { graph: inMemory(graph, "train on"), teacher };
  using source = partsOnTheSpot(graph, { parts, epochs: 1, seed, ...teacher && { teacher } });
  return await source.next();
}
