/** Draws a line chart as SVG, with D3 on a document of its own; colours are the page's classes. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { LineChart, Point, Series } from "./chart.ts";
import { type Frame, frameOf, WIDTH } from "./chart_frame.ts";
import { drawAxes, drawLimit, drawStrip, type Group } from "./chart_axes.ts";
import { LINE_HEIGHT, placeLabels } from "./chart_labels.ts";
import { drawMarks, drawTargets } from "./chart_marks.ts";
import { newDocument } from "./document.ts";

const EMPTY_HEIGHT = 48;

/** The chart, `width: 100%` of whatever it is put into. */
export function lineChart(chart: LineChart): SVGSVGElement {
  const empty = chart.series.every(({ points, absent }) => points.length + absent.length === 0);
  const svg = d3.select(newDocument().body).append("svg")
    .attr("viewBox", `0 0 ${WIDTH} ${empty ? EMPTY_HEIGHT : chart.height}`)
    .attr("role", "img")
    .attr("aria-labelledby", `${chart.id}-title ${chart.id}-desc`);
  svg.append("title").attr("id", `${chart.id}-title`).text(chart.heading);
  svg.append("desc").attr("id", `${chart.id}-desc`).text(chart.description);
  const root = svg.append("g");
  if (empty) root.append("text").attr("class", "name").attr("y", 24).text("nothing measured yet");
  else drawChart(root, chart, frameOf(chart));
  return svg.node()!;
}

function drawChart(root: Group, chart: LineChart, frame: Frame): void {
  drawAxes(root, chart, frame);
  drawLimit(root, chart, frame);
  drawStrip(root, chart, frame);
  for (const series of chart.series) drawLine(root, series, frame);
  drawLabels(root, chart, frame);
  for (const series of chart.series) drawMarks(root, series, frame);
  for (const series of chart.series) drawTargets(root, series, frame);
}

/** Solid between points that are there, dashed on to those that would not fit. */
function drawLine(root: Group, series: Series, { x, y }: Frame): void {
  const line = d3.line<Point>((point) => x(point.x), (point) => y(point.y));
  const fits = series.points.filter((point) => point.fits);
  const beyond = series.points.filter((point) => !point.fits);
  const group = root.append("g").attr("class", `line ${series.tone}`)
    .classed("thin", series.thin);
  if (fits.length > 1) group.append("path").attr("d", line(fits));
  const bridge = [...fits.slice(-1), ...beyond];
  if (beyond.length > 0 && bridge.length > 1) {
    group.append("path").attr("class", "beyond").attr("d", line(bridge));
  }
}

function drawLabels(root: Group, chart: LineChart, frame: Frame): void {
  // Thin lines' labels are placed last: they make way.
  const named = d3.sort(chart.series, ({ thin }) => Number(thin))
    .filter(({ points }) => points.length > 0);
  const labels = named.map((series) => {
    const end = series.points.at(-1)!;
    return {
      x: frame.x(end.x),
      y: frame.y(end.y),
      lines: series.label.filter((line) => line !== ""),
    };
  });
  const bounds = { left: frame.left, right: WIDTH, top: frame.top, bottom: frame.bottom };
  const places = placeLabels(labels, named.flatMap((series) => dotsOf(series, frame)), bounds);
  named.forEach((series, i) => {
    const { x, y, anchor } = places[i]!;
    const { lines } = labels[i]!;
    const text = root.append("text").attr("class", `label ${series.tone}`)
      .classed("thin", series.thin).attr("text-anchor", anchor);
    text.selectAll("tspan").data(lines).join("tspan")
      .attr("x", x)
      .attr("y", (_, row) => y + (row - (lines.length - 1) / 2) * LINE_HEIGHT)
      .attr("dy", "0.35em")
      .classed("detail", (line) => line === series.label[1])
      .text((line) => line);
  });
}

/** Points every five units along a line, marks twice: what a label had better not cover. */
function dotsOf({ points }: Series, { x, y }: Frame): [number, number][] {
  const ends = points.map((point): [number, number] => [x(point.x), y(point.y)]);
  const between = d3.pairs(ends).flatMap(([from, to]) => {
    const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 5);
    const at = d3.interpolateArray(from, to);
    return d3.range(1, steps).map((i) => [...at(i / steps)] as [number, number]);
  });
  return [...ends, ...ends, ...between];
}
