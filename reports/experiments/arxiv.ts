/** Reversible GCN and GAT beside others, and what a teacher and width add. */
import { comparisonTable } from "../figures/comparison_table.ts";
import type { Drawing } from "../figures/drawing.ts";
import { orderFinding, scoreFinding, topFinding } from "../findings/scores.ts";
import { summarise } from "../findings/summary.ts";
import { memoryDots, scoreDots } from "../figures/table_dots.ts";

export const arxiv: Drawing = {
  findings: ({ rows, experiment: { x, paper } }) => {
    const models = summarise(rows, x);
    const named = (name: string) => models.find((one) => one.name === name);
    return [
      ...topFinding(models, paper),
      ...scoreFinding([named("RevGAT-SelfKD"), named("RevGAT")], paper),
      ...scoreFinding([named("RevGAT-Wide"), named("RevGAT")], paper),
      ...orderFinding(models, paper),
    ];
  },
  figures: ({ rows, dataset, experiment }) => [
    scoreDots(rows, dataset, experiment),
    memoryDots(rows, dataset, experiment),
  ],
  paper: () => [],
  table: ({ rows, dataset, experiment }) => comparisonTable(rows, dataset, experiment),
};
