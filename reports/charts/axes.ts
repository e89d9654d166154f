/** Draws what lies behind a chart's marks: axes, grid, limit, and a strip for runs without a value. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { LineChart } from "./chart.ts";
import type { Frame } from "./frame.ts";
import type { Group } from "./svg.ts";
import { textWidth } from "./text.ts";

/** An axis's name and the format of its ticks. */
interface Axis {
  readonly label: string;
  readonly format: (value: number) => string;
}

/** Draws both axes, and the vertical axis's ticks across the plot as a grid. */
export function drawAxes(root: Group, frame: Frame, x: Axis, y: Axis): void {
  const rows = root.append("g").attr("class", "axis").selectAll("g").data(frame.yTicks).join("g")
    .attr("transform", (tick) => `translate(0,${frame.y(tick)})`);
  rows.append("line").attr("class", "grid").attr("x1", frame.left).attr("x2", frame.right);
  rows.append("text").attr("x", frame.left - 8).attr("dy", "0.35em").attr("text-anchor", "end")
    .text(y.format);
  root.append("text").attr("class", "name").attr("x", 0).attr("y", 14).text(y.label);
  drawBase(root, frame, frame.xTicks.map((tick) => [frame.x(tick), x.format(tick)]), x.label);
}

/** Draws a horizontal axis below a plot, with its name under its middle. */
export function drawBase(
  root: Group,
  { left, right, floor }: Pick<Frame, "left" | "right" | "floor">,
  ticks: readonly (readonly [x: number, text: string])[],
  label: string,
): void {
  const columns = root.append("g").attr("class", "axis").selectAll("g").data(ticks).join("g")
    .attr("transform", ([x]) => `translate(${x},${floor})`);
  columns.append("line").attr("class", "tick").attr("y2", 5);
  columns.append("text").attr("y", 19).attr("text-anchor", "middle").text(([, text]) => text);
  root.append("line").attr("class", "base").attr("x1", left).attr("x2", right)
    .attr("y1", floor).attr("y2", floor);
  root.append("text").attr("class", "name").attr("x", (left + right) / 2).attr("y", floor + 40)
    .attr("text-anchor", "middle").text(label);
}

/** Draws the limit's line, and shades the area above it if the limit has a word for that. */
export function drawLimit(root: Group, { limit, series }: LineChart, frame: Frame): void {
  if (!limit) return;
  const y = frame.y(limit.y);
  const group = root.append("g").attr("class", "limit");
  const shaded = limit.beyond !== undefined;
  if (shaded) {
    group.append("rect").attr("x", frame.left).attr("y", frame.top)
      .attr("width", frame.right - frame.left).attr("height", Math.max(0, y - frame.top));
  }
  group.append("line").attr("x1", frame.left).attr("x2", frame.right).attr("y1", y).attr("y2", y);
  const end = !shaded && rightIsFreer(limit.label, y, series, frame);
  group.append("text").attr("x", end ? frame.right - 6 : frame.left + 6).attr("y", y - 7)
    .attr("text-anchor", end ? "end" : null).text(limit.label);
  if (!shaded) return;
  group.append("text").attr("x", frame.left + 6).attr("y", frame.top + 17).text(limit.beyond!);
}

/** Height of the words above a limit's line. */
const WORDS = 22;

/** Whether fewer points of lines lie behind a limit's words at its right end than at its left one. */
function rightIsFreer(
  words: string,
  y: number,
  series: LineChart["series"],
  frame: Frame,
): boolean {
  const width = textWidth(words) + 6;
  const spots = series.flatMap(({ points }) =>
    d3.pairs(points).flatMap(([from, to]) => {
      const at = d3.interpolateArray(
        [frame.x(from.x), frame.y(from.y)],
        [frame.x(to.x), frame.y(to.y)],
      );
      return d3.range(0, 1, 0.05).map((share) => [...at(share)] as [number, number]);
    })
  ).filter(([, height]) => height > y - WORDS && height < y);
  const behind = (left: number) => spots.filter(([x]) => x > left && x < left + width).length;
  return behind(frame.right - width) <= behind(frame.left);
}

/** Width of a letter in the strip, about. */
const LETTER = 7;

/** Draws the band in which marks stand for runs without a value on the axis; its words make way for them. */
export function drawStrip(root: Group, { strip, series }: LineChart, frame: Frame): void {
  if (frame.bottom === frame.floor) return;
  const group = root.append("g").attr("class", "strip");
  group.append("rect").attr("x", frame.left).attr("y", frame.bottom)
    .attr("width", frame.right - frame.left).attr("height", frame.floor - frame.bottom);
  const end = frame.left + 6 + LETTER * strip.length;
  const covered = series.some(({ absent }) => absent.some((run) => frame.x(run.x) < end));
  const left = covered ? frame.right + 6 : frame.left + 6;
  group.append("text").attr("x", left).attr("y", (frame.bottom + frame.floor) / 2)
    .attr("dy", "0.35em").text(strip);
}
