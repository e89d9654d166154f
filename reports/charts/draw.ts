/** Draws a chart of any kind. */
import { bubbleChart } from "./bubbles.ts";
import type { Chart } from "./chart.ts";
import { dotChart } from "./dots.ts";
import { lineChart } from "./lines.ts";
import { parallelChart } from "./parallel.ts";
import { rooflineChart } from "./roofline.ts";

/** The chart as an SVG of 100% width; its colours are classes that the page's style sheet sets. */
export function drawChart(chart: Chart): SVGSVGElement {
  switch (chart.kind) {
    case "line":
      return lineChart(chart);
    case "dots":
      return dotChart(chart);
    case "bubbles":
      return bubbleChart(chart);
    case "roofline":
      return rooflineChart(chart);
    case "parallel":
      return parallelChart(chart);
  }
}
