/** Values over seeds: their mean and how far they lie apart. */
// @ts-types="types-d3"
import * as d3 from "d3";

/** A mean, and the sample standard deviation where there are two values or more. */
export interface Spread {
  readonly mean: number;
  readonly std: number | null;
}

/** The same of values that are known one by one. */
export interface SpreadOfValues extends Spread {
  readonly values: readonly number[];
}

/** Mean and sample standard deviation of the values there are; null where there are none. */
export function spread(values: readonly (number | null)[]): SpreadOfValues | null {
  const known = values.filter((value) => value !== null);
  const mean = d3.mean(known);
  return mean === undefined ? null : { mean, std: d3.deviation(known) ?? null, values: known };
}

/** `80.12 ± 0.31`, or the mean alone where there was one value. */
export function spreadText({ mean, std }: Spread, format: (value: number) => string): string {
  return std === null ? format(mean) : `${format(mean)} ± ${format(std)}`;
}
