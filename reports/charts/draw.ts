/** Draws a chart of any kind. */
import { bubbleChart } from "./bubbles.ts";
import type { Chart } from "./chart.ts";
import { dotChart } from "./dots.ts";
import { lineChart } from "./lines.ts";

/** The chart as SVG, `width: 100%` of whatever it is put into; colours are the page's classes. */
export function drawChart(chart: Chart): SVGSVGElement {
  switch (chart.kind) {
    case "line":
      return lineChart(chart);
    case "dots":
      return dotChart(chart);
    case "bubbles":
      return bubbleChart(chart);
  }
}
