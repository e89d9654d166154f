/** Draws parallel coordinates: an axis for each setting, and a line for each thing that has one of each. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { ParallelAxis, ParallelChart, ParallelLine } from "./chart.ts";
import { WIDTH } from "./frame.ts";
import type { PlacedMark } from "./marks.ts";
import { chartSvg, type Group } from "./svg.ts";
import { drawTargets } from "./targets.ts";
import { cut, LINE_HEIGHT, textWidth } from "./text.ts";

const MARGIN = { top: 47, bottom: 16, side: 30 };
/** Between an axis and the words of its ticks. */
const TICK_AIR = 5;

/** The chart as SVG. */
export function parallelChart(chart: ParallelChart): SVGSVGElement {
  if (chart.lines.length === 0) return chartSvg(chart, null);
  return chartSvg(chart, { height: chart.height, draw: (root) => draw(root, chart) });
}

function draw(root: Group, { height, axes, lines }: ParallelChart): void {
  // The words of the last axis stand after it, those of all others too.
  const last = d3.max(axes.at(-1)!.ticks, ({ text }) => textWidth(text)) ?? 0;
  const end = WIDTH - Math.min(last + TICK_AIR, WIDTH / 4);
  const x = d3.scalePoint(d3.range(axes.length), [MARGIN.side, end]);
  const y = d3.scaleLinear([0, 1], [height - MARGIN.bottom, MARGIN.top]);
  const path = d3.line<number>((_, i) => x(i)!, (place) => y(place)!).curve(d3.curveMonotoneX);
  root.append("g").selectAll("path").data(lines).join("path")
    .attr("class", ({ rank }) => `strand ${rank}`)
    .attr("d", ({ places }) => path(places));
  const room = axes.length > 1 ? x.step() : WIDTH;
  axes.forEach((axis, i) => drawAxis(root, axis, { at: x(i)!, y, room, row: i % 2 }));
  drawTargets(
    root,
    lines.map((line) => markOf(line, [x(axes.length - 1)!, y(line.places.at(-1)!)])),
  );
}

/** Names stand in two rows in turn, so that each has the room of two axes. */
function drawAxis(
  root: Group,
  { label, ticks }: ParallelAxis,
  { at, y, room, row }: {
    readonly at: number;
    readonly y: d3.ScaleLinear<number, number>;
    readonly room: number;
    readonly row: number;
  },
): void {
  const group = root.append("g").attr("class", "axis").attr("transform", `translate(${at},0)`);
  group.append("line").attr("class", "base").attr("y1", y(0)).attr("y2", y(1));
  const name = cut(label, 2 * room - 8);
  const width = textWidth(name);
  const shift = Math.min(Math.max(0, width / 2 - at), Infinity) -
    Math.max(0, at + width / 2 - WIDTH);
  group.append("text").attr("class", "name").attr("text-anchor", "middle").attr("x", shift)
    .attr("y", (row + 1) * LINE_HEIGHT).text(name);
  const tick = group.selectAll(".value").data(ticks).join("g").attr("class", "value")
    .attr("transform", (one) => `translate(0,${y(one.at)})`);
  tick.append("line").attr("class", "tick").attr("x1", -3).attr("x2", 3);
  tick.append("text").attr("class", "value").attr("x", TICK_AIR).attr("dy", "0.35em")
    .text(({ text }) => cut(text, Math.max(room - TICK_AIR - 6, 24)));
}

function markOf({ value, title }: ParallelLine, at: readonly [number, number]): PlacedMark {
  return { at, mark: "vertex", value, title };
}
