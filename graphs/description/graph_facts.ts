/** Describes a graph in numbers, as text and pages tell them; a description is written as JSON. */
import type { Graph } from "../graph.ts";
import { type EdgeFacts, edgeFacts } from "./edges.ts";
import { type FeatureFacts, featureFacts } from "./features.ts";
import {
  type Homophily,
  homophilyOf,
  type LabelFacts,
  labelFacts,
  type SplitFacts,
  splitFacts,
} from "./labels.ts";

/** What there is to know of a graph before anything is learned from it. */
export interface GraphFacts {
  readonly name: string;
  readonly nodes: number;
  readonly edges: EdgeFacts;
  readonly features: FeatureFacts | null;
  /** How many categories nodes have besides; 0 for none. */
  readonly categories: number;
  /** Whether a label is one class of many, scored by accuracy; otherwise tasks, by mean ROC-AUC. */
  readonly classes: boolean;
  readonly labels: readonly LabelFacts[];
  readonly split: SplitFacts;
  readonly homophily: Homophily | null;
}

/** Describes a graph: a few passes over its edges, features and labels. */
export function graphFacts(graph: Graph): GraphFacts {
  const { name, nodes, x, oneHot, classes = false, split } = graph;
  return {
    name,
    nodes,
    edges: edgeFacts(graph),
    features: featureFacts(x),
    categories: oneHot?.cols ?? 0,
    classes,
    labels: labelFacts(graph),
    split: splitFacts(nodes, split),
    homophily: homophilyOf(graph),
  };
}
