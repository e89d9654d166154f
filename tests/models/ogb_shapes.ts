/** Shapes of the Open Graph Benchmark's data sets (paper §5): all that a model must know of them. */
import type { OgbName } from "../../graphs/published/ogb.ts";
import type { GraphShape } from "../../models/model.ts";

export const OGB_SHAPES: Readonly<Record<OgbName, GraphShape>> = {
  // Sums of edge features and 8 species for nodes.
  "ogbn-proteins": { features: 8, categories: 8, edgeFeatures: 8, tasks: 112 },
  "ogbn-arxiv": { features: 128, categories: 0, edgeFeatures: 0, tasks: 40 },
  "ogbn-products": { features: 100, categories: 0, edgeFeatures: 0, tasks: 47 },
  "ogbn-mag": { features: 128, categories: 0, edgeFeatures: 0, tasks: 349 },
};
