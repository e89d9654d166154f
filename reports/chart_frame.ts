/** Where a chart's values come to stand: margins, scales and ticks. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { LineChart } from "./chart.ts";

/** The drawing's width in its own units; a page stretches it, a phone shrinks it to about 3/4. */
export const WIDTH = 460;
const MARGIN = { top: 32, right: 96, bottom: 46, left: 66 };
/** A letter of a bold name beside a line's end, on a phone, where letters are largest. */
const NAME_LETTER = 10;
/** Points keep this far from the axes. */
const INSET = 14;
const STRIP_HEIGHT = 30;
/** Half a digit's width, and the air between two tick labels. */
const HALF_DIGIT = 4;
const TICK_AIR = 5;

/** The plot's edges, its scales and its ticks. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  /** Of the lines; the strip is between it and `floor`. */
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
  const { x, ticks: xTicks } = horizontalScale(chart, [edges.left + INSET, edges.right - INSET]);
  const { y, ticks: yTicks } = verticalScale(chart, [edges.bottom, edges.top]);
  return { ...edges, x, y, xTicks, yTicks };
}

/** Wide enough for the longest name, which begins a little left of it. */
function rightMargin({ series }: LineChart): number {
  const longest = d3.max(series, ({ label: [name] }) => name.length) ?? 0;
  return Math.max(MARGIN.right, NAME_LETTER * longest - 4);
}

function horizontalScale(chart: LineChart, range: [number, number]) {
  const values = d3.sort(
    new Set(chart.series.flatMap((s) => [...s.points, ...s.absent].map((p) => p.x))),
  );
  const [low = 1, high = 1000] = [values[0], values.at(-1)];
  if (chart.x.scale === "linear") {
    const x = d3.scaleLinear(low === high ? [low - 1, high + 1] : [low, high], range);
    return { x, ticks: x.ticks(7) };
  }
  const x = d3.scaleLog(low === high ? [low / 2, high * 2] : [low, high], range);
  return { x, ticks: thin(values, x) };
}

function verticalScale(chart: LineChart, range: [number, number]) {
  const values = chart.series.flatMap((series) =>
    series.points.flatMap(({ y, std }) => [y - (std ?? 0), y + (std ?? 0)])
  );
  if (chart.limit && values.length > 0) values.push(chart.limit.y);
  const [low = 1, high = 2] = d3.extent(values) as [number, number] | [undefined, undefined];
  const { scale } = chart.y;
  if (scale === "linear") return linearScale(low, high, range);
  return powerScale(scale === "binary" ? 2 : 10, low, high, range);
}

function powerScale(base: number, low: number, high: number, range: [number, number]) {
  const exponent = (value: number) => Math.log2(value) / Math.log2(base);
  // Half a power of two of air below, so that a flat lowest line does not lie on the axis.
  const from = Math.floor(exponent(low) - exponent(Math.SQRT2));
  const to = Math.ceil(exponent(high) + exponent(Math.SQRT2) / 2);
  const step = Math.ceil((to - from) / 7);
  const exponents = d3.range(Math.ceil(from / step) * step, to + 1, step);
  return {
    y: d3.scaleLog([base ** from, base ** to], range),
    ticks: exponents.map((exponent) => base ** exponent),
  };
}

function linearScale(low: number, high: number, range: [number, number]) {
  const air = (high - low) / 10 || Math.abs(high) / 100 || 1;
  const y = d3.scaleLinear([low - air, high + air], range).nice(5);
  return { y, ticks: y.ticks(5) };
}

/** Drops ticks that would touch the one before; the largest stays. */
function thin(values: readonly number[], x: (value: number) => number): number[] {
  const kept: number[] = [];
  for (const value of values.toReversed()) {
    const next = kept[0];
    if (next === undefined || x(next) - x(value) >= tickWidth(next, value)) kept.unshift(value);
  }
  return kept;
}

function tickWidth(...values: number[]): number {
  return HALF_DIGIT * values.join("").length + TICK_AIR;
}
