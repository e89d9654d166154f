/** Draws a chart of any kind. */
import { bubbleChart } from "./bubble_chart.ts";
import type { Chart } from "./chart.ts";
import { dotChart } from "./dot_chart.ts";
import { lineChart } from "./line_chart.ts";

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
