/** Draws a line chart: bands, lines, labels and marks. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { LineChart, Point, Series } from "./chart.ts";
import { drawColumns, legendName, toldColumns } from "./columns.ts";
import { legendOf } from "./legend.ts";
import { drawAxes, drawLimit, drawStrip } from "./axes.ts";
import { type Frame, frameOf, LONGEST_NAME, WIDTH } from "./frame.ts";
import { drawLabel, placeLabels } from "./labels.ts";
import { drawMarks, drawSingles, type PlacedMark } from "./marks.ts";
import { chartSvg, type Group } from "./svg.ts";
import { drawTargets } from "./targets.ts";
import { cut } from "./text.ts";

/** The chart as SVG. */
export function lineChart(chart: LineChart): SVGSVGElement {
  const empty = chart.series.every(({ points, absent }) => points.length + absent.length === 0);
  if (empty) return chartSvg(chart, null);
  return chartSvg(chart, { height: chart.height, draw: (root) => drawLines(root, chart) });
}

function drawLines(root: Group, chart: LineChart): void {
  const frame = frameOf(chart);
  const { x } = chart;
  drawAxes(root, frame, {
    label: x.scale === "log" ? `${x.label}, log scale` : x.label,
    format: x.format ?? String,
  }, chart.y);
  drawLimit(root, chart, frame);
  drawStrip(root, chart, frame);
  const muted = mutedBy(chart);
  for (const series of chart.series) drawSpread(muted(root, series), series, frame, chart.y.most);
  for (const series of chart.series) drawLine(muted(root, series), series, frame);
  drawLabels(root, chart, frame, muted);
  for (const series of chart.series) {
    drawMarks(muted(root, series), series, placed(series, frame));
    const singles = singlesOf(series, frame);
    if (singles.length > 0) drawSingles(muted(root, series), series, singles);
  }
  drawColumns(root, toldColumns(chart), frame);
  drawTargets(root, chart.series.flatMap((series) => placed(series, frame)));
}

/** What makes a group for a series, of a class by which the legend's entry mutes it. */
function mutedBy(chart: LineChart): (root: Group, series: Series) => Group {
  const names = legendOf(chart).map(({ name }) => name);
  return (root, series) => {
    const entry = names.indexOf(legendName(series));
    return entry < 0 ? root : root.append("g").attr("class", `entry-${entry + 1}`);
  };
}

/**
 * Draws deviations: a band over neighbouring points that have one, a bar at a single point; up to the
 * greatest value there is.
 */
function drawSpread(
  root: Group,
  { tone, points }: Series,
  { x, y }: Frame,
  most = Infinity,
): void {
  const above = (point: Point) => y(Math.min(point.y + point.std!, most));
  const runs: Point[][] = [[]];
  for (const point of points) {
    if (point.std === null) runs.push([]);
    else runs.at(-1)!.push(point);
  }
  const group = root.append("g").attr("class", tone);
  const band = d3.area<Point>(
    (point) => x(point.x),
    (point) => y(point.y - point.std!),
    above,
  );
  group.selectAll(".band").data(runs.filter(({ length }) => length > 1)).join("path")
    .attr("class", "band").attr("d", band);
  group.selectAll(".bar").data(runs.flatMap((run) => run.length === 1 ? run : [])).join("path")
    .attr("class", "bar")
    .attr("d", (point) => `M${x(point.x)},${y(point.y - point.std!)}V${above(point)}`);
}

/** Draws a line: solid between points that fit into memory, dotted on to those that would not. */
function drawLine(root: Group, series: Series, { x, y }: Frame): void {
  const line = d3.line<Point>((point) => x(point.x), (point) => y(point.y));
  const fits = series.points.filter((point) => point.fits);
  const beyond = series.points.filter((point) => !point.fits);
  const group = root.append("g").attr("class", `line ${series.tone}`)
    .classed("thin", series.thin).classed("dashed", series.dashed === true);
  if (fits.length > 1) group.append("path").attr("d", line(fits));
  const bridge = [...fits.slice(-1), ...beyond];
  if (beyond.length > 0 && bridge.length > 1) {
    group.append("path").attr("class", "beyond").attr("d", line(bridge));
  }
}

function drawLabels(
  root: Group,
  chart: LineChart,
  frame: Frame,
  muted: ReturnType<typeof mutedBy>,
): void {
  // Thin lines' labels are placed last, so that they make way.
  const named = d3.sort(chart.series, ({ thin }) => Number(thin))
    .filter(({ points, label: [name] }) => points.length > 0 && name !== "");
  const labels = named.map(({ points, label: [name, detail] }) => ({
    x: frame.x(points.at(-1)!.x),
    y: frame.y(points.at(-1)!.y),
    lines: [cut(name, LONGEST_NAME, "bold"), cut(detail, LONGEST_NAME)]
      .filter((line) => line !== ""),
  }));
  const bounds = { left: frame.left, right: WIDTH, top: frame.top, bottom: frame.bottom };
  const places = placeLabels(labels, named.flatMap((series) => dotsOf(series, frame)), bounds);
  named.forEach((series, i) => {
    const { tone, thin } = series;
    drawLabel(muted(root, series), labels[i]!.lines, places[i]!).classed(tone, true)
      .classed("thin", thin);
  });
}

/** Points every five units along a line, marks twice, which labels should not cover. */
function dotsOf({ points }: Series, { x, y }: Frame): [number, number][] {
  const ends = points.map((point): [number, number] => [x(point.x), y(point.y)]);
  const between = d3.pairs(ends).flatMap(([from, to]) => {
    const steps = Math.ceil(Math.hypot(to[0] - from[0], to[1] - from[1]) / 5);
    const at = d3.interpolateArray(from, to);
    return d3.range(1, steps).map((i) => [...at(i / steps)] as [number, number]);
  });
  return [...ends, ...ends, ...between];
}

function singlesOf({ points }: Series, { x, y }: Frame): PlacedMark["at"][] {
  return points.flatMap((point) =>
    (point.singles ?? []).map((value) => [x(point.x), y(value)] as const)
  );
}

function placed({ points, absent }: Series, { x, y, bottom, floor }: Frame): PlacedMark[] {
  const strip = (bottom + floor) / 2;
  return [
    ...points.map((point): PlacedMark => ({ ...point, at: [x(point.x), y(point.y)] })),
    ...absent.map((run): PlacedMark => ({ mark: "cross", ...run, at: [x(run.x), strip] })),
  ];
}
