/** The number of groups: parameters, score and memory. */
import { lessFinding } from "../cost_findings.ts";
import type { Drawing } from "../drawing.ts";
import { activationChart } from "../memory_chart.ts";
import { parameterChart } from "../parameter_chart.ts";
import { runTable } from "../run_table.ts";
import { paperChart, scoreChart } from "../score_charts.ts";
import { choiceFinding, scoreFinding } from "../score_findings.ts";
import { summarise } from "../summary.ts";

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
