/** The marks of a chart: symbols, bars of spread, and the values that hovering shows. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Mark, Series, Shape } from "./chart.ts";
import type { Group } from "./chart_axes.ts";
import type { Frame } from "./chart_frame.ts";

const SHAPES: Record<Shape, d3.SymbolType> = {
  circle: d3.symbolCircle,
  square: d3.symbolSquare,
  triangle: d3.symbolTriangle,
  diamond: d3.symbolDiamond,
};
const MARK_AREA: Record<Mark, number> = { filled: 68, hollow: 62, cross: 90, vertex: 14, none: 0 };

/** A mark and where it stands. */
interface Placed {
  readonly at: readonly [number, number];
  readonly mark: Mark;
  readonly value: string;
  readonly title: string;
}

/** Marks and bars of one series. */
export function drawMarks(root: Group, series: Series, frame: Frame): void {
  const { x, y } = frame;
  const group = root.append("g").attr("class", series.tone);
  group.selectAll(".bar").data(series.points.filter((point) => point.std !== null))
    .join("path").attr("class", "bar")
    .attr("d", (point) => `M${x(point.x)},${y(point.y - point.std!)}V${y(point.y + point.std!)}`);
  group.selectAll(".mark").data(placed(series, frame)).join("path")
    .attr("class", ({ mark }) => `mark ${mark}`)
    .attr("transform", ({ at }) => `translate(${at})`)
    .attr("d", ({ mark }) => symbolPath(mark, series.shape));
}

/** A circle over each mark that takes the pointer; drawn last, so that no mark hides a value. */
export function drawTargets(root: Group, series: Series, frame: Frame): void {
  const middle = (frame.left + frame.right) / 2;
  const target = root.append("g").selectAll(".target").data(placed(series, frame)).join("g")
    .attr("class", "target")
    .attr("transform", ({ at }) => `translate(${at})`);
  target.append("title").text(({ title }) => title);
  target.append("circle").attr("r", 11);
  target.append("text").attr("y", -15)
    .attr("text-anchor", ({ at }) => at[0] > middle ? "end" : "start")
    .text(({ value }) => value);
}

function placed({ points, absent }: Series, { x, y, bottom, floor }: Frame): Placed[] {
  const strip = (bottom + floor) / 2;
  const marked = points.filter(({ mark }) => mark !== "none");
  return [
    ...marked.map((point): Placed => ({ ...point, at: [x(point.x), y(point.y)] })),
    ...absent.map((run): Placed => ({ ...run, at: [x(run.x), strip], mark: "cross" })),
  ];
}

function symbolPath(mark: Mark, shape: Shape): string {
  const symbol = mark === "cross"
    ? d3.symbolTimes
    : mark === "vertex"
    ? d3.symbolCircle
    : SHAPES[shape];
  return d3.symbol(symbol, MARK_AREA[mark])()!;
}
