/** What the page of each experiment shows, by the experiment's name. */
import { arxivVerdict } from "./arxiv_verdict.ts";
import { comparisonTable, withInference } from "./comparison_table.ts";
import { driftCharts } from "./drift_charts.ts";
import { driftTable } from "./drift_table.ts";
import { driftVerdict } from "./drift_verdict.ts";
import { frontVerdict } from "./front_verdict.ts";
import { growthCharts } from "./growth_charts.ts";
import { growthTable, sizesTable } from "./growth_tables.ts";
import { growthVerdict } from "./growth_verdict.ts";
import { activationChart, memoryChart } from "./memory_chart.ts";
import type { Drawing } from "./experiment_page.ts";
import { equilibriumTable } from "./equilibrium_table.ts";
import { equilibriumVerdict } from "./equilibrium_verdict.ts";
import { groupsVerdict } from "./groups_verdict.ts";
import { partsChart, viewsCharts } from "./inference_charts.ts";
import { inferenceTable, singleViewTable } from "./inference_table.ts";
import { inferenceVerdict } from "./inference_verdict.ts";
import { memoryVerdict } from "./memory_verdict.ts";
import { modelsVerdict } from "./models_at_112_layers_verdict.ts";
import { operatorsVerdict } from "./operators_verdict.ts";
import { parameterChart } from "./parameter_chart.ts";
import { productsVerdict } from "./products_verdict.ts";
import { proteinsVerdict } from "./proteins_verdict.ts";
import { residualChart } from "./residual_chart.ts";
import { runTable } from "./run_table.ts";
import { paperBubbles, scoreBubbles } from "./score_bubbles.ts";
import { paperChart, scoreChart } from "./score_charts.ts";
import { byOperator, memoryDots, scoreDots } from "./table_dots.ts";
import { weightTyingVerdict } from "./weight_tying_verdict.ts";

export const DRAWINGS: Readonly<Record<string, Drawing>> = {
  score_vs_memory: {
    verdict: ({ rows, experiment }) => frontVerdict(withInference(rows), experiment),
    figures: ({ rows, dataset, experiment: { x } }) => [
      scoreBubbles(withInference(rows), dataset, x),
    ],
    paper: ({ paper }) => [paperBubbles(paper)],
    table: ({ rows, dataset, experiment }) =>
      comparisonTable(withInference(rows), dataset, experiment),
  },
  complexity: {
    verdict: ({ rows }) => growthVerdict(rows),
    figures: ({ rows }) => growthCharts(rows),
    paper: () => [],
    table: ({ rows }) => [growthTable(rows), sizesTable(rows)],
  },
  memory_vs_depth: {
    verdict: ({ rows, experiment }) => memoryVerdict(rows, experiment.x),
    figures: ({ rows, dataset, experiment: { x } }) => [
      memoryChart(rows, dataset, x),
      scoreChart(rows, dataset, x),
    ],
    paper: ({ paper, x }) => [paperChart(paper, x)],
    table: ({ rows, dataset, experiment }) => runTable(rows, dataset, experiment),
  },
  weight_tying: {
    verdict: ({ rows, experiment }) => weightTyingVerdict(rows, experiment),
    figures: ({ rows, dataset, experiment: { x } }) => [
      scoreChart(rows, dataset, x),
      parameterChart(rows, dataset, x),
      activationChart(rows, dataset, x),
    ],
    paper: ({ paper, x }) => [paperChart(paper, x)],
    table: ({ rows, dataset, experiment }) => runTable(rows, dataset, experiment),
  },
  equilibrium: {
    verdict: ({ rows, experiment }) => equilibriumVerdict(rows, experiment.x),
    figures: ({ rows, dataset, experiment: { x } }) => [
      activationChart(rows, dataset, x),
      scoreChart(rows, dataset, x),
      residualChart(rows, dataset),
    ],
    paper: ({ paper, x }) => [paperChart(paper, x)],
    table: ({ rows, dataset, experiment }) => equilibriumTable(rows, dataset, experiment),
  },
  models_at_112_layers: {
    verdict: ({ rows, experiment }) => modelsVerdict(rows, experiment),
    figures: ({ rows, dataset, experiment }) => [
      scoreDots(rows, dataset, experiment),
      memoryDots(rows, dataset, experiment),
    ],
    paper: () => [],
    table: ({ rows, dataset, experiment }) => comparisonTable(rows, dataset, experiment),
  },
  groups: {
    verdict: ({ rows, experiment }) => groupsVerdict(rows, experiment),
    figures: ({ rows, dataset, experiment: { x } }) => [
      parameterChart(rows, dataset, x),
      scoreChart(rows, dataset, x),
      activationChart(rows, dataset, x),
    ],
    paper: ({ paper, x }) => [paperChart(paper, x)],
    table: ({ rows, dataset, experiment }) => runTable(rows, dataset, experiment),
  },
  operators: {
    verdict: ({ rows, experiment }) => operatorsVerdict(rows, experiment),
    figures: ({ rows, dataset, experiment }) => [
      byOperator(scoreDots(rows, dataset, experiment), rows, "Test scores by operator"),
      byOperator(memoryDots(rows, dataset, experiment), rows, "Peak device memory by operator"),
    ],
    paper: () => [],
    table: ({ rows, dataset, experiment }) => comparisonTable(rows, dataset, experiment),
  },
  inference: {
    verdict: ({ rows, experiment }) => inferenceVerdict(rows, experiment.paper),
    figures: ({ rows, dataset }) => [...viewsCharts(rows, dataset), partsChart(rows, dataset)],
    paper: ({ paper, x }) => [paperChart(paper, x)],
    table: ({ rows, dataset, experiment }) => [
      inferenceTable(rows, dataset, experiment),
      singleViewTable(rows, dataset, experiment.paper),
    ],
  },
  drift: {
    verdict: ({ rows }) => driftVerdict(rows),
    figures: ({ rows }) => driftCharts(rows),
    paper: () => [],
    table: ({ rows, dataset }) => driftTable(rows, dataset),
  },
  proteins: {
    verdict: ({ rows, experiment }) => proteinsVerdict(withInference(rows), experiment),
    figures: ({ rows, dataset, experiment }) => [
      scoreDots(withInference(rows), dataset, experiment),
      memoryDots(rows, dataset, experiment),
    ],
    paper: () => [],
    table: ({ rows, dataset, experiment }) =>
      comparisonTable(withInference(rows), dataset, experiment),
  },
  arxiv: {
    verdict: ({ rows, experiment }) => arxivVerdict(rows, experiment),
    figures: ({ rows, dataset, experiment }) => [
      scoreDots(rows, dataset, experiment),
      memoryDots(rows, dataset, experiment),
    ],
    paper: () => [],
    table: ({ rows, dataset, experiment }) => comparisonTable(rows, dataset, experiment),
  },
  products: {
    verdict: ({ rows, experiment }) => productsVerdict(rows, experiment),
    figures: ({ rows, dataset, experiment }) => [
      scoreDots(rows, dataset, experiment),
      memoryDots(rows, dataset, experiment),
    ],
    paper: () => [],
    table: ({ rows, dataset, experiment }) => comparisonTable(rows, dataset, experiment),
  },
};
