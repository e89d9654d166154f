/**
 * Planted graphs as large as one random part of a published data set: they stand in for it when a
 * plan's memory and time are estimated before anything is downloaded.
 */
import { type FetchedName, publishedAs } from "../published/fetched.ts";
import type { Graph } from "../graph.ts";
import { boundOf, type PartSize } from "../parts/part_size.ts";
import { isDirected, isOgb } from "../published/ogb.ts";
import { planted } from "./planted.ts";
import type { PlantedGiven } from "../settings.ts";
import { withSelfLoops } from "../self_loops.ts";

/** Columns of inputs and outputs. */
const COLUMNS: Readonly<Record<FetchedName, Omit<PlantedGiven, "nodes" | "degree">>> = {
  "ogbn-proteins": { categories: 8, edgeFeatures: 8, tasks: 112 },
  "ogbn-arxiv": { features: 128, edgeFeatures: 0, tasks: 40, classes: true },
  "ogbn-products": { features: 100, edgeFeatures: 0, tasks: 47, classes: true },
  "ogbn-mag": { features: 128, edgeFeatures: 0, tasks: 349, classes: true },
  "ogbn-papers100M": { features: 128, edgeFeatures: 0, tasks: 172, classes: true },
  "minesweeper": { features: 7, edgeFeatures: 0, tasks: 1 },
  "tolokers": { features: 10, edgeFeatures: 0, tasks: 1 },
  "cora": { features: 1433, edgeFeatures: 0, tasks: 7, classes: true },
  "citeseer": { features: 3703, edgeFeatures: 0, tasks: 6, classes: true },
};

/** A planted graph of the size of one of the ten parts that the paper trains ogbn-proteins by. */
export const PROTEINS_BATCH = {
  ...COLUMNS["ogbn-proteins"],
  ...{ nodes: 13_253, degree: 60, regular: true },
} as const satisfies PlantedGiven;

/**
 * A bound on the random parts of a published data set, from what is known before it is there: the
 * variance of nodes' degrees is taken to equal their mean.
 */
export function publishedSize(name: FetchedName, parts: number): PartSize {
  const { nodes, edges } = publishedAs(name);
  const degree = 2 * edges / nodes;
  const degrees = { nodes, edges: 2 * edges, longestRow: 4 * degree, variance: (2 * degree) ** 2 };
  const size = boundOf(degrees, parts);
  return { ...size, edges: size.edges + (hasLoops(name) ? size.nodes : 0) };
}

/**
 * A graph of `1 / parts` of the nodes, at most `nodes`; each has as many neighbours as the part would
 * leave it.
 */
export function standIn(name: FetchedName, parts: number, nodes = Infinity): Graph {
  const { nodes: all, edges } = publishedAs(name);
  const degree = Math.max(1, Math.round(2 * edges / all / parts));
  const size = Math.min(nodes, Math.ceil(all / parts));
  const graph = planted({ ...COLUMNS[name], nodes: size, degree, regular: true });
  return { ...hasLoops(name) ? withSelfLoops(graph) : graph, name };
}

/** A graph with a published data set's columns, `nodes` nodes and hardly an edge. */
export function columnsOf(name: FetchedName, nodes: number): Graph {
  return { ...planted({ ...COLUMNS[name], nodes, degree: 1 }), name };
}

/** OGB's directed data sets are used in both directions, with a loop at every node. */
function hasLoops(name: FetchedName): boolean {
  return isOgb(name) && isDirected(name);
}
