/** The values of a chart as a table of text, for programs of others. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Chart } from "./chart.ts";
import { legendName } from "./columns.ts";

/** Comma-separated values, one line a point; what has no value on an axis has an empty cell. */
export function csvOf(chart: Chart): string {
  switch (chart.kind) {
    case "line":
      return csv(
        ["line", chart.x.label, chart.y.label, "standard deviation"],
        chart.series.flatMap((series) =>
          series.points.map(({ x, y, std }) => [lineName(series), x, y, std])
        ),
      );
    case "dots":
      return csv(
        ["measured by", "name", "value", "standard deviation", "text"],
        chart.panels.flatMap(({ label }, i) =>
          chart.rows.flatMap(({ name, dots }) =>
            (dots[i] ?? []).map(({ x, std, text }) => [label.join(", "), name, x, std, text])
          )
        ),
      );
    case "bubbles":
      return csv(
        ["name", chart.x.label, chart.y.label, chart.area.label],
        chart.bubbles.map(({ name, x, y, area }) => [name, x, y, area]),
      );
    case "roofline":
      return csv(
        ["name", chart.x.label, chart.y.label],
        chart.marks.map(({ name, x, y }) => [name, x, y]),
      );
    case "parallel":
      return csv(
        ["name", ...chart.axes.map(({ label }) => label)],
        chart.lines.map(({ name, texts }) => [name, ...texts]),
      );
  }
}

function lineName(series: Parameters<typeof legendName>[0]): string {
  const names = [legendName(series), series.label[0]].filter((name) => name !== "");
  return [...new Set(names)].join(", ");
}

function csv(heads: string[], rows: (string | number | null)[][]): string {
  return d3.csvFormatRows([heads, ...rows.map((row) => row.map((cell) => String(cell ?? "")))]);
}
