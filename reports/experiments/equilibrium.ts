/** Equilibrium models against solver steps. */
import { convergenceFinding } from "../findings/convergence.ts";
import { growthFinding } from "../findings/costs.ts";
import type { Drawing } from "../figures/drawing.ts";
import { equilibriumTable } from "./equilibrium/table.ts";
import { activationChart } from "../figures/memory_chart.ts";
import { residualChart } from "./equilibrium/residuals.ts";
import { paperChart, scoreChart } from "../figures/score_charts.ts";
import { deeperFinding, scoreFinding } from "../findings/scores.ts";
import { byModel } from "../findings/summary.ts";

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
