/** Chooses the range and ticks of an axis of values, and maps values to places on it. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { ValueAxis } from "./chart.ts";
import { textWidth } from "./text.ts";

/** The least gap between two tick labels. */
const TICK_AIR = 4;

/** The range of an axis, and its ticks. */
export interface Domain {
  readonly domain: readonly [number, number];
  readonly ticks: readonly number[];
}

/** Fits an axis to values, from tick to tick, with about as many ticks as wanted. */
export function domainOf(axis: ValueAxis, values: readonly number[], ticks: number): Domain {
  const [low = 1, high = 2] = d3.extent(values) as [number, number] | [undefined, undefined];
  if (axis.scale === "linear") return linearDomain(axis, axis.zero ? 0 : low, high, ticks);
  return powerDomain(axis, low, high, ticks);
}

/** Fits an axis to values more closely: it ends a tenth of their extent before and after them. */
export function tightDomainOf(axis: ValueAxis, values: readonly number[], ticks: number): Domain {
  const [low = 1, high = 2] = d3.extent(values) as [number, number] | [undefined, undefined];
  if (axis.scale === "linear") {
    const air = airOf(low, high);
    const domain = [low - air, high + air] as const;
    return { domain, ticks: d3.ticks(...domain, ticks) };
  }
  const air = Math.max(1.2, (high / low) ** 0.1);
  const domain = [low / air, high * air] as const;
  const base = axis.scale === "binary" ? 2 : 10;
  const exponent = (value: number) => Math.log2(value) / Math.log2(base);
  const powers = powersOf(
    base,
    Math.ceil(exponent(domain[0])),
    Math.floor(exponent(domain[1])),
    ticks,
  );
  return { domain, ticks: powers.length > 1 ? powers : d3.ticks(...domain, ticks) };
}

/** Maps an axis's values to places in the drawing. */
export function scaleOn(
  axis: ValueAxis,
  domain: Domain["domain"],
  range: readonly [number, number],
): (value: number) => number {
  return (axis.scale === "linear" ? d3.scaleLinear() : d3.scaleLog()).domain(domain).range(range);
}

/** Drops ticks whose labels would touch the next one's; the largest stays. */
export function thin(
  values: readonly number[],
  x: (value: number) => number,
  format: (value: number) => string,
): number[] {
  const kept: number[] = [];
  for (const value of values.toReversed()) {
    const next = kept[0];
    if (next === undefined || x(next) - x(value) >= tickWidth(format(next), format(value))) {
      kept.unshift(value);
    }
  }
  return kept;
}

function tickWidth(a: string, b: string): number {
  return (textWidth(a) + textWidth(b)) / 2 + TICK_AIR;
}

function powerDomain(
  { scale, most = Infinity }: ValueAxis,
  low: number,
  high: number,
  ticks: number,
): Domain {
  const base = scale === "binary" ? 2 : 10;
  const exponent = (value: number) => Math.log2(value) / Math.log2(base);
  // Half a power of two of space below, so that a flat lowest line does not lie on the axis.
  const from = Math.floor(exponent(low) - exponent(Math.SQRT2));
  const to = Math.ceil(Math.min(exponent(high) + exponent(Math.SQRT2) / 2, exponent(most)));
  return { domain: [base ** from, base ** to], ticks: powersOf(base, from, to, ticks) };
}

/** Evenly spaced powers of the base, about `most` at most. */
function powersOf(base: number, from: number, to: number, most: number): number[] {
  const step = Math.max(1, Math.ceil((to - from) / most));
  return d3.range(Math.ceil(from / step) * step, to + 1, step).map((exponent) => base ** exponent);
}

function linearDomain(
  { zero, most = Infinity }: ValueAxis,
  low: number,
  high: number,
  ticks: number,
): Domain {
  const air = airOf(low, high);
  const ends = [zero ? low : low - air, Math.min(high + air, most)];
  const scale = d3.scaleLinear(ends, [0, 1]).nice(ticks);
  return { domain: scale.domain() as [number, number], ticks: scale.ticks(ticks) };
}

function airOf(low: number, high: number): number {
  return (high - low) / 10 || Math.abs(high) / 100 || 1;
}
