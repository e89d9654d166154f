/** Memory and score against depth. */
import { growthFinding } from "../findings/costs.ts";
import type { Drawing } from "../figures/drawing.ts";
import { memoryChart } from "../figures/memory_chart.ts";
import { runTable } from "../figures/run_table.ts";
import { paperChart, scoreChart } from "../figures/score_charts.ts";
import { deeperFinding } from "../findings/scores.ts";
import { byModel } from "../findings/summary.ts";

export const memoryVsDepth: Drawing = {
  findings: ({ rows, experiment: { x, paper } }) => {
    const models = byModel(rows, x);
    const [stored, rebuilt] = ["res-gnn", "rev-gnn"].map((kind) =>
      models.filter(([{ model }]) => model.kind === kind)
    );
    const [flat, deeper] = [
      rebuilt!.map((runs) =>
        growthFinding(runs, "activations", { grows: false, paper: "trains 1001 layers" })
      ),
      rebuilt!.map((runs) => deeperFinding(runs, paper)),
    ];
    const growing = stored!.map((runs) =>
      growthFinding(runs, "activations", { grows: true, paper: "out of memory beyond 112 layers" })
    );
    return [flat[0] ?? [], deeper[0] ?? [], ...growing, ...flat.slice(1), ...deeper.slice(1)]
      .flat();
  },
  figures: ({ rows, dataset, experiment: { x } }) => [
    memoryChart(rows, dataset, x),
    scoreChart(rows, dataset, x),
  ],
  paper: ({ paper, x }) => [paperChart(paper, x)],
  table: ({ rows, dataset, experiment }) => runTable(rows, dataset, experiment),
};
