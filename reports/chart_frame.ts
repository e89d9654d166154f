/** Where a chart's values come to stand: margins, scales and ticks. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { LineChart } from "./chart.ts";

/** The drawing's width in its own units; a page stretches it, a phone shrinks it to about 3/4. */
export const WIDTH = 460;
const MARGIN = { top: 32, right: 96, bottom: 46, left: 66 };
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
  readonly x: (layers: number) => number;
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
    right: WIDTH - MARGIN.right,
    top: MARGIN.top,
    bottom: hasStrip ? floor - STRIP_HEIGHT : floor,
    floor,
  };
  const depths = d3.sort(
    new Set(chart.series.flatMap((s) => [...s.points, ...s.absent].map((p) => p.x))),
  );
  const x = d3.scaleLog(depthDomain(depths), [edges.left + INSET, edges.right - INSET]);
  const { y, ticks } = valueScale(chart, [edges.bottom, edges.top]);
  return { ...edges, x, y, xTicks: thin(depths, x), yTicks: ticks };
}

function depthDomain(depths: readonly number[]): [number, number] {
  const low = depths[0] ?? 1;
  const high = depths.at(-1) ?? 1000;
  return low === high ? [low / 2, high * 2] : [low, high];
}

function valueScale(chart: LineChart, range: [number, number]) {
  const values = chart.series.flatMap((series) =>
    series.points.flatMap(({ y, std }) => [y - (std ?? 0), y + (std ?? 0)])
  );
  if (chart.limit && values.length > 0) values.push(chart.limit.y);
  const [low = 1, high = 2] = d3.extent(values) as [number, number] | [undefined, undefined];
  return chart.y.scale === "binary" ? binaryScale(low, high, range) : linearScale(low, high, range);
}

function binaryScale(low: number, high: number, range: [number, number]) {
  // Half a power of air below, so that a flat lowest line does not lie on the axis.
  const from = Math.floor(Math.log2(low) - 0.5);
  const to = Math.ceil(Math.log2(high) + 0.25);
  const step = Math.ceil((to - from) / 7);
  const exponents = d3.range(Math.ceil(from / step) * step, to + 1, step);
  return {
    y: d3.scaleLog([2 ** from, 2 ** to], range),
    ticks: exponents.map((exponent) => 2 ** exponent),
  };
}

function linearScale(low: number, high: number, range: [number, number]) {
  const air = (high - low) / 10 || Math.abs(high) / 100 || 1;
  const y = d3.scaleLinear([low - air, high + air], range).nice(5);
  return { y, ticks: y.ticks(5) };
}

/** Drops ticks that would touch the one before; the deepest stays. */
function thin(depths: readonly number[], x: (layers: number) => number): number[] {
  const kept: number[] = [];
  for (const depth of depths.toReversed()) {
    const next = kept[0];
    if (next === undefined || x(next) - x(depth) >= tickWidth(next, depth)) kept.unshift(depth);
  }
  return kept;
}

function tickWidth(...depths: number[]): number {
  return HALF_DIGIT * depths.join("").length + TICK_AIR;
}
