/** Depth where a batch is a part of the graph. */
import { comparisonTable } from "../figures/comparison_table.ts";
import { growthFinding } from "../findings/costs.ts";
import type { Drawing } from "../figures/drawing.ts";
import { scoreFinding } from "../findings/scores.ts";
import { summarise } from "../findings/summary.ts";
import { memoryDots, scoreDots } from "../figures/table_dots.ts";

export const products: Drawing = {
  findings: ({ rows, experiment: { x, paper } }) => {
    const models = summarise(rows, x).toSorted((a, b) => a.x - b.x);
    // One model at two depths, which its name counts as the paper's table does.
    const alike = models.map((one) => ({ ...one, name: "RevGNN" }));
    return [
      ...scoreFinding([models.at(-1), models.length > 1 ? models[0] : undefined], paper),
      ...growthFinding(alike, "activations", { grows: false, paper: "1.57 GB with 112 layers" }),
    ];
  },
  figures: ({ rows, dataset, experiment }) => [
    scoreDots(rows, dataset, experiment),
    memoryDots(rows, dataset, experiment),
  ],
  paper: () => [],
  table: ({ rows, dataset, experiment }) => comparisonTable(rows, dataset, experiment),
};
