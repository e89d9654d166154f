/** Reversible GCN and GAT beside others, and what a teacher and width add. */
import { comparisonTable } from "../comparison_table.ts";
import type { Drawing } from "../drawing.ts";
import { orderFinding, scoreFinding, topFinding } from "../score_findings.ts";
import { summarise } from "../summary.ts";
import { memoryDots, scoreDots } from "../table_dots.ts";

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
