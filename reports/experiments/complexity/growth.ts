/**
 * How a step's cost grows with one size at a time, for each method, and whether that agrees with the paper.
 */
// @ts-types="types-d3"
import * as d3 from "d3";
import {
  type Dimension,
  DIMENSIONS,
  methodOf,
  METHODS,
  type PaperMethod,
  VARIABLES,
} from "../../../experiments/complexity.ts";
import type { Row } from "../../../training/row.ts";
import { list } from "../../findings/format.ts";
import { machineOf } from "../../findings/machine.ts";
import { timedOn } from "../../findings/summary.ts";
import { type PowerLaw, powerLaw } from "./power_law.ts";

/** What lower powers, as of biases beside matrices, may move an exponent by over a range of four. */
export const EXPONENT_TOLERANCE = 0.15;

export type Quantity = "activations" | "parameters" | "seconds";

/** One measured value; over the budget, what it would need. */
export interface Measured {
  readonly x: number;
  readonly y: number;
  readonly fits: boolean;
}

/** The longest line of runs that differ in one size alone. */
export interface Growth {
  readonly method: PaperMethod;
  readonly size: Dimension;
  /** The other sizes, as they are all along the line. */
  readonly others: readonly (readonly [Dimension, number])[];
  readonly points: readonly Measured[];
  /** Null for fewer than three points. */
  readonly law: PowerLaw | null;
  /** The paper's exponent; null where it has none. */
  readonly printed: number | null;
}

/** The methods that these rows measure, in the order of the paper's table. */
export function measuredMethods(rows: readonly Row[]): PaperMethod[] {
  return METHODS.filter((method) => rows.some((row) => methodOf(row) === method));
}

/** What a method's batch is told by: where it is the graph, N alone. */
function sizesOf({ measured }: PaperMethod): Dimension[] {
  return DIMENSIONS.filter((size) => size !== "B" || measured?.byParts);
}

/** A growth for each size of a method; of seconds on the machine of `timedOn` alone. */
export function growthsOf(rows: readonly Row[], method: PaperMethod, quantity: Quantity): Growth[] {
  const { machine } = timedOn(rows);
  const own = rows.filter((row) =>
    methodOf(row) === method && (quantity !== "seconds" || machineOf(row) === machine)
  );
  const known = own.flatMap((row) => {
    const value = valueOf(row, quantity);
    return value === null ? [] : [{ row, value }];
  });
  return sizesOf(method).map((size): Growth => {
    const rest = sizesOf(method).filter((other) => other !== size);
    const lines = d3.groups(known, ({ row }) => rest.map((other) => sizeOf(row, other)).join())
      .map(([, line]) => ({ first: line[0]!.row, points: pointsOf(line, size) }));
    const longest = d3.greatest(lines, ({ points }) => points.length);
    const points = longest?.points ?? [];
    const powers = quantity === "seconds" ? undefined : method.measured?.[quantity];
    return {
      method,
      size,
      others: longest ? rest.map((other) => [other, sizeOf(longest.first, other)] as const) : [],
      points,
      law: powerLaw(points.map(({ x, y }) => [x, y])),
      printed: powers ? powers[size] ?? 0 : null,
    };
  });
}

/** Whether an exponent is the paper's; null where either is missing. */
export function agrees({ law, printed }: Growth): boolean | null {
  if (!law || printed === null) return null;
  return Math.abs(law.exponent - printed) <= EXPONENT_TOLERANCE;
}

/** `L^0.95`; null where nothing was fitted. */
export function powerText({ size, law }: Growth): string | null {
  return law && `${size}^${exponentText(law.exponent)}`;
}

/** Two decimals, no negative zero. */
function exponentText(exponent: number): string {
  return (Number(exponent.toFixed(2)) || 0).toFixed(2).replace("-", "−");
}

/** `N = 1000 and D = 32`. */
export function fixedSizesText({ others }: Growth): string {
  return list(others.map(([size, value]) => `${size} = ${value}`));
}

export function sizeOf(row: Row, size: Dimension): number {
  return VARIABLES[size].of(row);
}

/** Means over seeds, ascending. */
function pointsOf(line: readonly { row: Row; value: number }[], size: Dimension): Measured[] {
  const points = d3.groups(line, ({ row }) => sizeOf(row, size)).map(([x, runs]) => ({
    x,
    y: d3.mean(runs, ({ value }) => value)!,
    fits: runs.every(({ row }) => row.status !== "does not fit"),
  }));
  return d3.sort(points, ({ x }) => x);
}

function valueOf(row: Row, quantity: Quantity): number | null {
  switch (quantity) {
    case "activations":
      return row.activationBytes;
    case "parameters":
      return row.parameters;
    case "seconds":
      return row.secondsPerStep ?? null;
  }
}
