/** Device memory against depth: activations and total of every model, and what would not fit. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../training/row.ts";
import type { LineChart, Mark, Point, Series } from "./chart.ts";
import { bytes } from "./format.ts";
import { summarise, type Summary } from "./summary.ts";

/** Activations and total of each model at each depth; over the budget, what it would need. */
export function memoryChart(rows: readonly Row[], dataset: string): LineChart {
  const models = d3.groups(summarise(rows), (summary) => summary.name);
  const limit = d3.max(rows, (row) => row.memoryBudget);
  return {
    id: "memory",
    heading: `Peak device memory, on ${dataset}`,
    caption:
      "One training step. Lines with marks: activations. Thin lines: in total, with weights, gradients and " +
      "the optimiser's state. A cross is a run refused before it started, at what it would need.",
    description: models.map(([name, depths]) => words(name, depths)).join(" "),
    height: 640,
    y: { label: "peak memory, log scale", scale: "binary", format: bytes },
    limit: limit === undefined
      ? null
      : { y: limit, label: `budget ${bytes(limit)}`, beyond: "does not fit" },
    strip: "",
    series: models.flatMap(([name, depths]) => lines(name, depths)),
  };
}

/** The thin line comes first, so that the marks lie on it. */
function lines(name: string, depths: readonly Summary[]): Series[] {
  const { kind } = depths[0]!.model;
  const shared = {
    tone: kind,
    shape: kind === "rev-gnn" ? "circle" : "square",
    absent: [],
  } as const;
  const last = depths.at(-1)!;
  return [
    {
      ...shared,
      label: ["in total", bytes(last.peakBytes)],
      thin: true,
      points: depths.map((summary) => point(summary, summary.peakBytes, "vertex", "cross")),
    },
    {
      ...shared,
      label: [name, bytes(last.activationBytes)],
      thin: false,
      points: depths.map((summary) => point(summary, summary.activationBytes, "filled", "none")),
    },
  ];
}

function point(summary: Summary, value: number, inside: Mark, over: Mark): Point {
  const fits = summary.status !== "does not fit";
  return {
    x: summary.layers,
    y: value,
    std: null,
    fits,
    mark: fits ? inside : over,
    value: `${summary.layers} layers: ${bytes(value)}`,
    title: title(summary),
  };
}

function title(
  { name, layers, status, activationBytes, peakBytes, memoryBudget }: Summary,
): string {
  const end = status === "does not fit" ? `; does not fit in ${bytes(memoryBudget!)}` : "";
  return `${name}, ${layers} layers: activations ${bytes(activationBytes)}, ` +
    `in total ${bytes(peakBytes)}${end}`;
}

function words(name: string, depths: readonly Summary[]): string {
  const values = depths.map(({ layers, status, activationBytes }) =>
    `${bytes(activationBytes)} at ${layers}${status === "does not fit" ? " (does not fit)" : ""}`
  );
  return `Activations of ${name} by layers: ${values.join(", ")}.`;
}
