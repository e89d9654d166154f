/** The values of a chart as a table of text, for programs of others. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Chart, Singles } from "./chart.ts";
import { legendName } from "./columns.ts";

/** Comma-separated values, one line a point; what has no value on an axis has an empty cell. */
export function csvOf(chart: Chart): string {
  switch (chart.kind) {
    case "line":
      return csv(
        ["line", chart.x.label, chart.y.label, "standard deviation", SINGLES],
        chart.series.flatMap((series) =>
          series.points.map((one) => [lineName(series), one.x, one.y, one.std, singlesOf(one)])
        ),
      );
    case "dots":
      return csv(
        ["measured by", "name", "value", "standard deviation", SINGLES, "text"],
        chart.panels.flatMap(({ label }, i) =>
          chart.rows.flatMap(({ name, dots }) =>
            (dots[i] ?? []).map((dot) => {
              const { x, std, text } = dot;
              return [label.join(", "), name, x, std, singlesOf(dot), text];
            })
          )
        ),
      );
    case "bubbles":
      return csv(
        ["name", chart.x.label, chart.y.label, chart.area.label, SINGLES],
        chart.bubbles.map((one) => [one.name, one.x, one.y, one.area, singlesOf(one)]),
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

/** The head of the values that a point is the mean of. */
const SINGLES = "single values";

function singlesOf({ singles = [] }: Singles): string {
  return singles.join(" ");
}

function lineName(series: Parameters<typeof legendName>[0]): string {
  const names = [legendName(series), series.label[0]].filter((name) => name !== "");
  return [...new Set(names)].join(", ");
}

function csv(heads: string[], rows: (string | number | null)[][]): string {
  return d3.csvFormatRows([heads, ...rows.map((row) => row.map((cell) => String(cell ?? "")))]);
}
