/** The number of groups: parameters, score and memory. */
import { lessFinding } from "../findings/costs.ts";
import type { Drawing } from "../figures/drawing.ts";
import { activationChart } from "../figures/memory_chart.ts";
import { parameterChart } from "../figures/parameter_chart.ts";
import { runTable } from "../figures/run_table.ts";
import { paperChart, scoreChart } from "../figures/score_charts.ts";
import { choiceFinding, scoreFinding } from "../findings/scores.ts";
import { summarise } from "../findings/summary.ts";

export const groups: Drawing = {
  findings: ({ rows, experiment: { x, paper } }) => {
    const models = summarise(rows, x);
    const single = models.find(({ model }) => model.groups === 1);
    const grouped = models.filter(({ model }) => model.groups > 1);
    return [
      ...lessFinding([grouped[0], single], "parameters", paper),
      ...scoreFinding([grouped[0], single], paper),
      ...lessFinding([grouped[0], single], "activations", paper),
      ...choiceFinding(grouped, grouped.find(({ x }) => x === 2), "two in all models"),
    ];
  },
  figures: ({ rows, dataset, experiment: { x } }) => [
    parameterChart(rows, dataset, x),
    scoreChart(rows, dataset, x),
    activationChart(rows, dataset, x),
  ],
  paper: ({ paper, x }) => [paperChart(paper, x)],
  table: ({ rows, dataset, experiment }) => runTable(rows, dataset, experiment),
};
