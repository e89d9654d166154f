/** The complexity table with measured exponents beside the paper's, and every run by its sizes. */
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
import { bytes, count, list, seconds } from "../../findings/format.ts";
import { machineOf } from "../../findings/machine.ts";
import {
  agrees,
  EXPONENT_TOLERANCE,
  growthsOf,
  measuredMethods,
  powerText,
  type Quantity,
  sizeOf,
} from "./growth.ts";
import { timedOn } from "../../findings/summary.ts";
import { type Cell, NONE, type Table } from "../../figures/table.ts";

/** A row for each of the paper's lines, those that nothing of ours measures too. */
export function growthTable(rows: readonly Row[]): Table {
  return {
    caption:
      "What a training step takes grows as these powers of layers or solver steps L, nodes N, " +
      `nodes of a batch B and channels D. ✓: within ${EXPONENT_TOLERANCE} of the paper's exponent; ` +
      "✗: further off.",
    columns: [
      { source: "method", heads: [""] },
      { source: "measured here", heads: ["activations", "parameters", "time of a step"] },
      { source: "the paper", heads: ["activations", "parameters"] },
    ],
    rows: METHODS.map((method) => [
      [method.name],
      powers(rows, method, "activations"),
      powers(rows, method, "parameters"),
      powers(rows, method, "seconds"),
      [method.activations],
      [method.parameters],
    ]),
    notes: [...rangeNote(rows), ...timesNote(rows)],
  };
}

function powers(rows: readonly Row[], method: PaperMethod, quantity: Quantity): Cell {
  const lines = growthsOf(rows, method, quantity).flatMap((growth) => {
    const power = powerText(growth);
    const same = agrees(growth);
    return power === null ? [] : [same === null ? power : `${power} ${same ? "✓" : "✗"}`];
  });
  return lines.length > 0 ? lines : NONE;
}

/** Whose times these are, where there are several machines'. */
function timesNote(rows: readonly Row[]): string[] {
  const { machine, several } = timedOn(rows);
  return several ? [`Times are those on ${machine}.`] : [];
}

/** Where the exponents were fitted. */
function rangeNote(rows: readonly Row[]): string[] {
  const growths = measuredMethods(rows).flatMap((method) => growthsOf(rows, method, "activations"));
  const ranges = DIMENSIONS.flatMap((size) => {
    const laws = growths.flatMap((growth) =>
      growth.size === size && growth.law ? [growth.law] : []
    );
    if (laws.length === 0) return [];
    const [from, to] = [d3.min(laws, (law) => law.from)!, d3.max(laws, (law) => law.to)!];
    return [`${size} from ${count(from)} to ${count(to)}`];
  });
  if (ranges.length === 0) return [];
  return [`Least squares between logarithms over the upper half of the points: ${list(ranges)}.`];
}

/** Every run: its sizes, and what it takes. */
export function sizesTable(rows: readonly Row[]): Table {
  const { machine } = timedOn(rows);
  const sorted = d3.sort(
    rows,
    (row) => METHODS.indexOf(methodOf(row)!),
    ...DIMENSIONS.map((size) => (row: Row) => sizeOf(row, size)),
  );
  return {
    caption: "Every run: memory and activations are peaks of device memory.",
    columns: [
      { source: "method", heads: [""] },
      { source: "sizes", heads: DIMENSIONS.map((size) => `${VARIABLES[size].name} ${size}`) },
      { source: "measured here", heads: ["parameters", "memory", "activations", "s/step"] },
    ],
    rows: sorted.map((row) => [
      [methodOf(row)?.name ?? row.name],
      ...DIMENSIONS.map((size: Dimension): Cell => [count(sizeOf(row, size))]),
      [count(row.parameters)],
      [`${row.status === "does not fit" ? "needs " : ""}${bytes(row.peakBytes)}`],
      [bytes(row.activationBytes)],
      secondsCell(row, machine),
    ]),
    notes: timesNote(rows),
  };
}

function secondsCell(row: Row, machine: string | null): Cell {
  const { secondsPerStep } = row;
  return secondsPerStep === undefined || machineOf(row) !== machine
    ? NONE
    : [seconds(secondsPerStep)];
}
