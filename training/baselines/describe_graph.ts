/** Describes a graph and what little learning makes of it: plain data, which is written as JSON. */
import { type GraphFacts, graphFacts } from "../../graphs/description/graph_facts.ts";
import type { Graph } from "../../graphs/graph.ts";
import { type Baseline, type BaselineOptions, measureBaselines } from "./baselines.ts";

/** A graph in numbers. */
export interface GraphDescription extends GraphFacts {
  readonly baselines: readonly Baseline[];
}

/** Describes a graph and measures its baselines. */
export function describeGraph(graph: Graph, options: BaselineOptions = {}): GraphDescription {
  return { ...graphFacts(graph), baselines: measureBaselines(graph, options) };
}
