/** Formats numbers and lists for readers. */
// @ts-types="types-d3"
import * as d3 from "d3";
import * as stdBytes from "@std/fmt/bytes";
import * as stdDuration from "@std/fmt/duration";

// The standard library's npm build ships no types.
const formatBytes: (bytes: number, options: { binary: boolean }) => string = stdBytes.format;
const formatDuration: (ms: number, options: { ignoreZero: boolean }) => string = stdDuration.format;

/** `31.2 MiB`: three digits, IEC units. */
export function bytes(value: number): string {
  return formatBytes(value, { binary: true }).replace("kiB", "KiB");
}

/** `12,938,573`. */
export const count: (value: number) => string = d3.format(",");

/** `87.74`: a score as the paper prints it, in per cent. */
export function score(value: number): string {
  return (100 * value).toFixed(2);
}

/** `87.74`: what is in per cent already. */
export function percent(value: number): string {
  return value.toFixed(2);
}

/** `0.310`, `12.4`, `1012`: three digits, or all before the point. */
export function seconds(value: number): string {
  return value < 100 ? value.toPrecision(3) : value.toFixed(0);
}

/** `1h 4m 12s`; tenths below ten seconds. */
export function duration(seconds: number): string {
  if (seconds < 10) return `${seconds.toFixed(1)}s`;
  return formatDuration(1000 * Math.round(seconds), { ignoreZero: true });
}

/** `1h 4m`, `22d 20h`: what is only an estimate, in its two largest units. */
export function roughly(seconds: number): string {
  return duration(seconds).split(" ").slice(0, 2).join(" ");
}

/** `3, 7 and 14`. */
export function list(items: readonly string[]): string {
  return new Intl.ListFormat("en-GB").format(items);
}

/** `1 layer`, `1001 layers`: the number as an axis has it. */
export function amount(value: number, unit: string): string {
  return `${value} ${unit}${value === 1 ? "" : "s"}`;
}

/** `0.17`, `1e-3`, `6.2e-4`: a residual to two digits; null is an infinite one. */
export function residual(value: number | null): string {
  if (value === null) return "∞";
  const rounded = Number(value.toPrecision(2));
  return rounded !== 0 && rounded < 0.1 ? rounded.toExponential() : String(rounded);
}

/** `1 run`, `2 runs`. */
export function plural(n: number, noun: string): string {
  return `${count(n)} ${noun}${n === 1 ? "" : "s"}`;
}

/** `+1.20`, `−0.40`: a difference in points. */
export function signed(points: number): string {
  const rounded = Number(points.toFixed(2));
  return `${rounded > 0 ? "+" : rounded < 0 ? "−" : ""}${Math.abs(rounded).toFixed(2)}`;
}

/** What values are worth: `one seed`, `means over 3 seeds`, `means over 1 to 3 seeds`. */
export function seedsText(
  counted: readonly { readonly seeds: number }[],
  what = "means over ",
): string {
  const [fewest, most] = d3.extent(counted, ({ seeds }) => seeds) as [number, number];
  if (most === 1) return "one seed";
  return `${what}${fewest === most ? "" : `${fewest} to `}${plural(most, "seed")}`;
}
