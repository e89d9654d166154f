/** A power law through measured points: y ∝ x^exponent, a straight line between logarithms. */
// @ts-types="types-d3"
import * as d3 from "d3";

export interface PowerLaw {
  readonly exponent: number;
  /** y at x = 1. */
  readonly factor: number;
  /** The points it was fitted to: from here to here, the upper half of those there are. */
  readonly from: number;
  readonly to: number;
}

type Point = readonly [x: number, y: number];

/**
 * Least squares between the logarithms of the upper half of the points, where what does not grow counts
 * least. Null for fewer than three points, which lie on a line of their own accord.
 */
export function powerLaw(points: readonly Point[]): PowerLaw | null {
  if (points.length < 3) return null;
  const sorted = d3.sort(points, ([x]) => x);
  const upper = sorted.slice(Math.floor((sorted.length - 1) / 2));
  const logs = upper.map(([x, y]): Point => [Math.log(x), Math.log(y)]);
  const [x, y] = [d3.mean(logs, ([x]) => x)!, d3.mean(logs, ([, y]) => y)!];
  const exponent = d3.sum(logs, (point) => (point[0] - x) * (point[1] - y)) /
    d3.sum(logs, (point) => (point[0] - x) ** 2);
  const factor = Math.exp(y - exponent * x);
  return { exponent, factor, from: upper[0]![0], to: upper.at(-1)![0] };
}
