/** Very deep and very wide reversible models beside others. */
import { comparisonTable, withInference } from "../figures/comparison_table.ts";
import { lessFinding } from "../findings/costs.ts";
import type { Drawing } from "../figures/drawing.ts";
import { orderFinding, scoreFinding, topFinding } from "../findings/scores.ts";
import { summarise } from "../findings/summary.ts";
import { memoryDots, scoreDots } from "../figures/table_dots.ts";

export const proteins: Drawing = {
  findings: ({ rows, experiment: { x, paper } }) => {
    const models = summarise(withInference(rows), x);
    const named = (name: string) => models.find((one) => one.name === name);
    return [
      ...topFinding(models, paper),
      ...lessFinding([named("RevGNN-Deep"), named("DeeperGCN")], "memory", paper),
      ...scoreFinding([named("RevGNN-Wide"), named("RevGNN-Deep")], paper),
      ...lessFinding([named("RevGNN-Wide"), named("DeeperGCN")], "memory", paper),
      ...orderFinding(models, paper),
    ];
  },
  figures: ({ rows, dataset, experiment }) => [
    scoreDots(withInference(rows), dataset, experiment),
    memoryDots(rows, dataset, experiment),
  ],
  paper: () => [],
  table: ({ rows, dataset, experiment }) =>
    comparisonTable(withInference(rows), dataset, experiment),
};
