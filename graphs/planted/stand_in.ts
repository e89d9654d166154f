/**
 * Planted graphs of the size of one random part of a data set that is fetched, for what depends on sizes
 * alone: memory and time of a plan, before anything is downloaded.
 */
import { type FetchedName, publishedAs } from "../published/fetched.ts";
import type { Graph } from "../graph.ts";
import { boundOf, type PartSize } from "../parts/part_size.ts";
import { isDirected, isOgb } from "../published/ogb.ts";
import { planted } from "./planted.ts";
import type { PlantedGiven } from "../settings.ts";
import { withSelfLoops } from "../self_loops.ts";

/** Columns of the inputs and outputs. */
const COLUMNS: Readonly<Record<FetchedName, Omit<PlantedGiven, "nodes" | "degree">>> = {
  "ogbn-proteins": { categories: 8, edgeFeatures: 8, tasks: 112 },
  "ogbn-arxiv": { features: 128, edgeFeatures: 0, tasks: 40, classes: true },
  "ogbn-products": { features: 100, edgeFeatures: 0, tasks: 47, classes: true },
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
 * What no random part of a published data set exceeds, as far as is known before it is there: nodes are
 * taken to differ in their edges by as much as they have on average.
 */
export function publishedSize(name: FetchedName, parts: number): PartSize {
  const { nodes, edges } = publishedAs(name);
  const degree = 2 * edges / nodes;
  const degrees = { nodes, edges: 2 * edges, longestRow: 4 * degree, variance: (2 * degree) ** 2 };
  const size = boundOf(degrees, parts);
  return { ...size, edges: size.edges + (hasLoops(name) ? size.nodes : 0) };
}

/**
 * A graph of `1 / parts` of the nodes, each with as many neighbours as the part would leave it; of no
 * more than `nodes` of them.
 */
export function standIn(name: FetchedName, parts: number, nodes = Infinity): Graph {
  const { nodes: all, edges } = publishedAs(name);
  const degree = Math.max(1, Math.round(2 * edges / all / parts));
  const size = Math.min(nodes, Math.ceil(all / parts));
  const graph = planted({ ...COLUMNS[name], nodes: size, degree, regular: true });
  return { ...hasLoops(name) ? withSelfLoops(graph) : graph, name };
}

/** A graph of the columns of a published data set, of so many nodes and hardly an edge. */
export function columnsOf(name: FetchedName, nodes: number): Graph {
  return { ...planted({ ...COLUMNS[name], nodes, degree: 1 }), name };
}

/** What is directed at OGB is used both ways and with a loop at every node. */
function hasLoops(name: FetchedName): boolean {
  return isOgb(name) && isDirected(name);
}
