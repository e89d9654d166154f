/**
 * Planted graphs of the size of one random part of an Open Graph Benchmark data set, for what depends on
 * sizes alone: memory and time of a plan, before anything is downloaded.
 */
import type { Graph } from "./graph.ts";
import { OGB_DATASETS, type OgbName } from "./ogb.ts";
import { planted, type PlantedOptions } from "./planted.ts";
import { withSelfLoops } from "./self_loops.ts";

/** Columns of the inputs and outputs. */
const COLUMNS: Readonly<Record<OgbName, Omit<PlantedOptions, "nodes" | "degree">>> = {
  "ogbn-proteins": { categories: 8, edgeFeatures: 8, tasks: 112 },
  "ogbn-arxiv": { features: 128, edgeFeatures: 0, tasks: 40, classes: true },
  "ogbn-products": { features: 100, edgeFeatures: 0, tasks: 47, classes: true },
};

/**
 * A graph of `1 / parts` of the nodes, each with as many neighbours as the part would leave it; of no
 * more than `nodes` of them.
 */
export function ogbStandIn(name: OgbName, parts: number, nodes = Infinity): Graph {
  const { nodes: all, edges, inverse } = OGB_DATASETS[name];
  const degree = Math.max(1, Math.round(2 * edges / all / parts));
  const size = Math.min(nodes, Math.ceil(all / parts));
  const graph = planted({ ...COLUMNS[name], nodes: size, degree, regular: true });
  // What is directed is used both ways and with a loop at every node.
  return { ...inverse ? graph : withSelfLoops(graph), name };
}
