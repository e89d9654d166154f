/** Equilibrium models against solver steps. */
import { convergenceFinding } from "../convergence_finding.ts";
import { growthFinding } from "../cost_findings.ts";
import type { Drawing } from "../drawing.ts";
import { equilibriumTable } from "../equilibrium_table.ts";
import { activationChart } from "../memory_chart.ts";
import { residualChart } from "../residual_chart.ts";
import { paperChart, scoreChart } from "../score_charts.ts";
import { deeperFinding, scoreFinding } from "../score_findings.ts";
import { byModel } from "../summary.ts";

export const equilibrium: Drawing = {
  findings: ({ rows, experiment: { x, paper } }) => {
    const models = byModel(rows, x);
    const [solved, stacked] = ["deq-gnn", "res-gnn"].map((kind) =>
      models.find(([{ model }]) => model.kind === kind) ?? []
    );
    const trained = solved!.filter(({ scores }) => scores);
    const most = trained.findLast(({ x }) =>
      paper.series.every(({ points }) => points.some((point) => point.x === x))
    );
    return [
      ...growthFinding(solved!, "activations", { grows: false, paper: "2.22 GB" }),
      ...scoreFinding([most, stacked!.find(({ x }) => x === most?.x)], paper),
      ...growthFinding(stacked!, "activations", { grows: true, paper: "27.4 GB with 112 layers" }),
      ...deeperFinding(solved!, paper),
      ...convergenceFinding(trained.at(-1)),
    ];
  },
  figures: ({ rows, dataset, experiment: { x } }) => [
    activationChart(rows, dataset, x),
    scoreChart(rows, dataset, x),
    residualChart(rows, dataset),
  ],
  paper: ({ paper, x }) => [paperChart(paper, x)],
  table: ({ rows, dataset, experiment }) => equilibriumTable(rows, dataset, experiment),
};
