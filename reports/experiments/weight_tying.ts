/** Weight tying against depth: what it saves, what it costs, and how deep it pays. */
import { growthFinding, lessFinding } from "../findings/costs.ts";
import type { Drawing } from "../figures/drawing.ts";
import { activationChart } from "../figures/memory_chart.ts";
import { parameterChart } from "../figures/parameter_chart.ts";
import { runTable } from "../figures/run_table.ts";
import { paperChart, scoreChart } from "../figures/score_charts.ts";
import { bestFinding, scoreFinding } from "../findings/scores.ts";
import { byModel, type Summary } from "../findings/summary.ts";

export const weightTying: Drawing = {
  findings: ({ rows, experiment: { x, paper } }) => {
    const models = byModel(rows, x);
    const of = (kind: Summary["model"]["kind"], tied: boolean) =>
      models.find(([{ model }]) => model.kind === kind && !model.tied === !tied) ?? [];
    const [tied, untied, stored] = [of("rev-gnn", true), of("rev-gnn", false), of("res-gnn", true)];
    // All are run at the same depths, unless some are missing.
    const deepest = tied.findLast(({ x }) => untied.some((other) => other.x === x));
    const beside = (runs: readonly Summary[]) => runs.find((other) => other.x === deepest?.x);
    return [
      ...lessFinding(
        [deepest, beside(untied)],
        "parameters",
        "51.4K against 2.25M with 112 layers",
      ),
      ...scoreFinding([beside(untied), deepest], paper),
      ...growthFinding(tied, "parameters", { grows: false, paper: "51.4K with 112 layers" }),
      ...growthFinding(tied, "activations", { grows: false, paper: "2.08 GB with 112 layers" }),
      ...growthFinding(stored, "activations", { grows: true, paper: "27.4 GB with 112 layers" }),
      ...scoreFinding([deepest, beside(stored)], paper),
      ...bestFinding(tied, paper),
      ...bestFinding(stored, paper),
    ];
  },
  figures: ({ rows, dataset, experiment: { x } }) => [
    scoreChart(rows, dataset, x),
    parameterChart(rows, dataset, x),
    activationChart(rows, dataset, x),
  ],
  paper: ({ paper, x }) => [paperChart(paper, x)],
  table: ({ rows, dataset, experiment }) => runTable(rows, dataset, experiment),
};
