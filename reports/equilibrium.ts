/** The page of Figure 4: equilibrium models against their solver's steps. */
import { equilibrium } from "../experiments/equilibrium.ts";
import type { Scale } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import { equilibriumTable } from "./equilibrium_table.ts";
import { equilibriumVerdict } from "./equilibrium_verdict.ts";
import { activationChart } from "./memory_chart.ts";
import type { Page } from "./page.ts";
import { residualChart } from "./residual_chart.ts";
import { paperChart, scoreChart } from "./score_charts.ts";
import { select } from "./selection.ts";

/** The page that these rows give; rows of other settings are counted and left out. */
export function equilibriumPage(rows: readonly Row[], scale: Scale): Page {
  const selection = select(equilibrium, scale, rows);
  const { paper, x } = equilibrium;
  const dataset = equilibrium.scales[scale][0]!.dataset;
  return {
    experiment: equilibrium,
    scale,
    selection,
    verdict: equilibriumVerdict(selection.rows, x),
    figures: [
      scoreChart(selection.rows, dataset, x),
      activationChart(selection.rows, dataset, x),
      residualChart(selection.rows, dataset),
      paperChart(paper, x),
    ],
    table: equilibriumTable(selection.rows, dataset, equilibrium),
  };
}
