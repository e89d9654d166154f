/** A figure on a page: its chart, and what a reader does with it, all of it without a script. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Chart } from "../charts/chart.ts";
import { type Column, MOST_PLACES, toldColumns } from "../charts/columns.ts";
import { csvOf } from "../charts/csv.ts";
import { newDocument } from "../charts/document.ts";
import { drawChart } from "../charts/draw.ts";
import { type Entry, legendOf, MOST_ENTRIES } from "../charts/legend.ts";
import { drawMarks } from "../charts/marks.ts";
import type { Body } from "./html.ts";

const places = d3.range(1, MOST_PLACES + 1);
const entries = d3.range(1, MOST_ENTRIES + 1);

/** A legend's entry mutes its lines while it is not checked; a place tells its values while it has the focus. */
export const FIGURE_RULES = [
  ...entries.map((n) =>
    `figure:has(.entries label:nth-of-type(${n}) input:not(:checked)) .entry-${n}{opacity:0.08}`
  ),
  ...places.map((n) =>
    `figure:has(.places label:nth-of-type(${n}) input:focus) .column:nth-of-type(${n}) .readout{visibility:visible}`
  ),
].join("\n");

/** A chart under its heading and legend; the caption is below. */
export function drawFigure(parent: Body, chart: Chart): void {
  const figure = parent.append<HTMLElement>("figure").attr("class", chart.id)
    .attr("id", `figure-${chart.id}`);
  figure.append("h3").text(chart.heading);
  const line = chart.kind === "line" ? chart : undefined;
  if (line) drawLegend(figure, legendOf(line));
  figure.append(() => drawChart(chart));
  if (line) drawPlaces(figure, chart.id, toldColumns(line));
  const caption = figure.append("figcaption");
  caption.append("span").text(`${chart.caption} `);
  caption.append("a").attr("href", `#figure-${chart.id}`).text("Link");
  caption.append("span").text(" · ");
  caption.append("a").attr("download", `${chart.id}.csv`)
    .attr("href", `data:text/csv;charset=utf-8,${encodeURIComponent(csvOf(chart))}`).text("CSV");
}

/** A box to check for each entry, its mark before its name. */
function drawLegend(figure: Body, legend: readonly Entry[]): void {
  if (legend.length === 0) return;
  const set = figure.append("fieldset").attr("class", "entries");
  set.append("legend").text("Lines shown");
  for (const { name, series } of legend) {
    const label = set.append("label");
    label.append("input").attr("type", "checkbox").attr("checked", "");
    label.append(() => swatchOf(series));
    label.append("span").text(name);
  }
}

function swatchOf({ tone, shape }: Entry["series"]): SVGSVGElement {
  const svg = d3.select(newDocument().body).append("svg").attr("class", "swatch")
    .attr("viewBox", "-8 -8 16 16").attr("aria-hidden", "true");
  const mark = { at: [0, 0], mark: "filled", value: "", title: "" } as const;
  drawMarks(svg.append("g"), { tone, shape }, [mark]);
  return svg.node()!;
}

/** A button for each place of the axis, which the arrow keys go through; its name says the values. */
function drawPlaces(figure: Body, id: string, columns: readonly Column[]): void {
  if (columns.length < 2) return;
  const set = figure.append("fieldset").attr("class", "places");
  set.append("legend").text("Values along the axis: ← →");
  for (const { head, told } of columns) {
    const label = set.append("label");
    label.append("input").attr("type", "radio").attr("name", `${id}-place`);
    label.append("span").text([head, ...told.map(({ text }) => text)].join("; "));
  }
}
