/** The values of all lines at one place of the horizontal axis, shown while the pointer is there. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { LineChart, Point, Series } from "./chart.ts";
import { type Frame, WIDTH } from "./frame.ts";
import type { Group } from "./svg.ts";
import { cut, LINE_HEIGHT, textWidth } from "./text.ts";

/** More places than this could not be told apart by a finger, nor be gone through by keyboard. */
export const MOST_PLACES = 40;
/** More lines of text would cover the chart. */
const MOST_TOLD = 12;
const PADDING = 7;
const GAP = 9;

/** A place of the axis, and what each line has there. */
export interface Column {
  readonly x: number;
  readonly head: string;
  readonly told: readonly { readonly series: Series; readonly text: string }[];
}

/** What the legend calls a line: lines of one name are one model's, and are muted together. */
export function legendName({ model, label: [name] }: Series): string {
  return model ?? name;
}

/** The places at which a chart tells its values; where there are too many, every so many of them. */
export function toldColumns(chart: LineChart): Column[] {
  const told = chart.series.filter((one) => !one.quiet && !one.dashed && legendName(one) !== "");
  const all = d3.sort(new Set(told.flatMap(({ points }) => points.map(({ x }) => x))));
  const step = Math.max(1, (all.length - 1) / (MOST_PLACES - 1));
  const places = d3.range(Math.min(all.length, MOST_PLACES)).map((i) => all[Math.round(i * step)]!);
  const format = chart.x.format ?? String;
  return places.map((x, i) => {
    const [from, to] = [places[i - 1], places[i + 1]].map((other) => (x + (other ?? x)) / 2);
    const near = (point: Point) => point.x === x || from! < point.x && point.x < to!;
    const lines = told.flatMap((series) => {
      const point = d3.least(series.points.filter(near), (point) => Math.abs(point.x - x));
      return point ? [{ series, text: `${toldName(series)} ${toldValue(chart, point)}` }] : [];
    });
    const more = lines.length - MOST_TOLD;
    return {
      x,
      head: `${chart.x.label}: ${format(x)}${more > 0 ? `, ${more} more lines` : ""}`,
      told: lines.slice(0, MOST_TOLD),
    };
  });
}

/** `RevGNN-64`, or `RevGNN-64 in total` where a model has several lines. */
function toldName(series: Series): string {
  const [own] = series.label;
  const name = legendName(series);
  return own === name || own === "" ? name : `${name} ${own}`;
}

function toldValue({ y }: LineChart, { y: value, std }: Point): string {
  const format = y.tell ?? y.format;
  return std === null ? format(value) : `${format(value)} ± ${format(std)}`;
}

/** Draws for each place a strip that the pointer enters, and the text that then shows. */
export function drawColumns(root: Group, columns: readonly Column[], frame: Frame): void {
  const at = columns.map(({ x }) => frame.x(x));
  const layer = root.append("g").attr("class", "columns");
  columns.forEach((column, i) => {
    const x = at[i]!;
    const [from, to] = [at[i - 1], at[i + 1]];
    const left = from === undefined ? frame.left : (from + x) / 2;
    const right = to === undefined ? frame.right : (x + to) / 2;
    const group = layer.append("g").attr("class", "column");
    group.append("rect").attr("class", "place").attr("x", left).attr("y", frame.top)
      .attr("width", Math.max(0, right - left)).attr("height", frame.floor - frame.top);
    drawReadout(group, column, x, frame);
  });
}

/** The text in a box beside the place, on the side where there is more room. */
function drawReadout(parent: Group, { head, told }: Column, x: number, frame: Frame): void {
  const lines = [
    { text: cut(head, WIDTH - 2 * PADDING, "bold"), tone: "" },
    ...told.map(({ series, text }) => ({
      text: cut(text, WIDTH - 2 * PADDING),
      tone: series.tone,
    })),
  ];
  const width = d3.max(lines, ({ text }) => textWidth(text, "bold"))! + 2 * PADDING;
  const wanted = x > (frame.left + frame.right) / 2 ? x - GAP - width : x + GAP;
  const left = Math.max(0, Math.min(WIDTH - width, wanted));
  const box = parent.append("g").attr("class", "readout");
  box.append("line").attr("x1", x).attr("x2", x).attr("y1", frame.top).attr("y2", frame.floor);
  box.append("rect").attr("x", left).attr("y", frame.top).attr("width", width)
    .attr("height", lines.length * LINE_HEIGHT + PADDING);
  box.selectAll("text").data(lines).join("text").attr("class", ({ tone }) => tone || null)
    .attr("x", left + PADDING).attr("y", (_, i) => frame.top + (i + 1) * LINE_HEIGHT - 1)
    .text(({ text }) => text);
}
