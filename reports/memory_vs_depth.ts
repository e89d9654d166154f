/** The page of Figure 2: memory and score against depth. */
import type { Scale } from "../experiments/experiment.ts";
import { memoryVsDepth } from "../experiments/memory_vs_depth.ts";
import type { Row } from "../training/row.ts";
import { memoryChart } from "./memory_chart.ts";
import { memoryVerdict } from "./memory_verdict.ts";
import type { Page } from "./page.ts";
import { paperChart, scoreChart } from "./score_charts.ts";
import { runTable } from "./run_table.ts";
import { select } from "./selection.ts";

/** The page that these rows give; rows of other settings are counted and left out. */
export function memoryVsDepthPage(rows: readonly Row[], scale: Scale): Page {
  const selection = select(memoryVsDepth, scale, rows);
  const { paper, x } = memoryVsDepth;
  const dataset = memoryVsDepth.scales[scale][0]!.dataset;
  return {
    experiment: memoryVsDepth,
    scale,
    selection,
    verdict: memoryVerdict(selection.rows, x),
    figures: [
      memoryChart(selection.rows, dataset, x),
      scoreChart(selection.rows, dataset, x),
      paperChart(paper, x),
    ],
    table: runTable(selection.rows, dataset, { paper, x }),
  };
}
