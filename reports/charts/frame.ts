/** Lays out line and bubble charts: margins, scales and ticks. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Bubble, BubbleChart, LineChart, Point } from "./chart.ts";
import { domainOf, scaleOn, thin, tightDomainOf } from "./scales.ts";
import { LABEL_GAP, textWidth } from "./text.ts";

/** A drawing's width in its own units; a page stretches it, and a phone shrinks it to about 3/4. */
export const WIDTH = 460;
/** The least distance of points from the axes. */
export const INSET = 14;
const MARGIN = { top: 32, right: 96, bottom: 46, left: 66 };
/** The greatest width of a name at the end of a line. */
export const LONGEST_NAME = 150;
const STRIP_HEIGHT = 30;
const Y_TICKS = 5;
/** More ticks than on a linear axis, as evenly spaced powers do not look crowded. */
const Y_POWERS = 7;

/** The plot's edges, its scales and its ticks. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** The bottom of the lines' area; the strip is between it and `floor`. */
  readonly bottom: number;
  readonly floor: number;
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

/** Fits the scales to all points, their bars and the limit. */
export function frameOf(chart: LineChart): Frame {
  const floor = chart.height - MARGIN.bottom;
  const hasStrip = chart.series.some((series) => series.absent.length > 0);
  const edges = {
    left: MARGIN.left,
    right: WIDTH - rightMargin(chart),
    top: MARGIN.top,
    bottom: hasStrip ? floor - STRIP_HEIGHT : floor,
    floor,
  };
  const values = chart.series.flatMap(({ points }) => points.flatMap(extent));
  if (chart.limit && values.length > 0) values.push(chart.limit.y);
  const { x, ticks: xTicks } = horizontalScale(chart, [edges.left + INSET, edges.right - INSET]);
  return { ...edges, x, xTicks, ...vertical(chart.y, values, [edges.bottom, edges.top]) };
}

/** Two axes of values, and what stands on them. */
interface Plane extends Pick<BubbleChart, "height" | "x" | "y"> {
  readonly bubbles: readonly Pick<Bubble, "x" | "y" | "singles">[];
}

/** Fits the scales to all symbols, whose largest has this radius. */
export function bubbleFrame(chart: Plane, radius: number): Frame {
  const floor = chart.height - MARGIN.bottom;
  const edges = { left: MARGIN.left, right: WIDTH, top: MARGIN.top, bottom: floor, floor };
  const { domain, ticks } = tightDomainOf(chart.x, chart.bubbles.map(({ x }) => x), Y_TICKS);
  const last = textWidth(chart.x.format(ticks.at(-1) ?? domain[1])) / 2;
  const x = scaleOn(chart.x, domain, [
    edges.left + Math.max(INSET, radius / 2),
    edges.right - Math.max(last, radius / 2),
  ]);
  const values = chart.bubbles.flatMap(({ y, singles = [] }) => [y, ...singles]);
  const y = tightDomainOf(chart.y, values, Y_TICKS);
  const heights = [edges.bottom - radius / 2, edges.top + radius / 2] as const;
  return { ...edges, x, xTicks: ticks, y: scaleOn(chart.y, y.domain, heights), yTicks: y.ticks };
}

/** Wide enough for the longest name of the lines that end at the right; others have room in the plot. */
function rightMargin({ series }: LineChart): number {
  const ends = series.map(({ points }) => points.at(-1)?.x ?? -Infinity);
  const last = d3.max(series.flatMap(({ points, absent }) => [...points, ...absent]), ({ x }) => x);
  const names = series.filter((_, i) => ends[i] === last).map(({ label: [name] }) => name);
  const longest = d3.max(names, (name) => textWidth(name, "bold")) ?? 0;
  return Math.max(MARGIN.right, Math.min(longest, LONGEST_NAME) + LABEL_GAP - INSET);
}

function extent({ y, std, singles = [] }: Point): number[] {
  return [y - (std ?? 0), y + (std ?? 0), ...singles];
}

function vertical(
  axis: LineChart["y"],
  values: readonly number[],
  range: readonly [number, number],
): Pick<Frame, "y" | "yTicks"> {
  const wanted = axis.scale === "linear" ? Y_TICKS : Y_POWERS;
  const { domain, ticks } = domainOf(axis, values, wanted);
  return { y: scaleOn(axis, domain, range), yTicks: ticks };
}

function horizontalScale(chart: LineChart, range: [number, number]) {
  const values = d3.sort(
    new Set(chart.series.flatMap((s) => [...s.points, ...s.absent].map((p) => p.x))),
  );
  const format = chart.x.format ?? String;
  const [low = 1, high = 1000] = [values[0], values.at(-1)];
  if (chart.x.scale === "linear") {
    const x = d3.scaleLinear(low === high ? [low - 1, high + 1] : [low, high], range);
    return { x, ticks: thin(x.ticks(7).filter((tick) => format(tick) !== ""), x, format) };
  }
  const x = d3.scaleLog(low === high ? [low / 2, high * 2] : [low, high], range);
  return { x, ticks: thin(values, x, format) };
}
