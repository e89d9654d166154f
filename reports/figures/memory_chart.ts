/** Device memory against what an experiment varies: activations and total, and what would not fit. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Variable } from "../../experiments/variable.ts";
import type { Row } from "../../training/row.ts";
import type { LineChart, Look, Mark, Point, Series } from "../charts/chart.ts";
import { bytes } from "../findings/format.ts";
import { looksOf } from "../charts/looks.ts";
import { summarise, type Summary } from "../findings/summary.ts";

const Y = { label: "peak memory, log scale", scale: "binary", format: bytes } as const;

/** Activations and total of each model at each value; over the budget, what it would need. */
export function memoryChart(rows: readonly Row[], dataset: string, x: Variable): LineChart {
  const models = d3.groups(summarise(rows, x), (summary) => summary.name);
  const looks = looksOf(models.map(([, [first]]) => first!.model));
  const limit = d3.max(rows, (row) => row.memoryBudget);
  return {
    kind: "line",
    id: "memory",
    heading: `Peak device memory, on ${dataset}`,
    caption:
      "One training step. Lines with marks: activations. Thin lines: in total, with weights, gradients and " +
      "the optimiser's state. A cross is a run refused before it started, at what it would need.",
    description: models.map(([name, runs]) => words(name, runs)).join(" "),
    height: 640,
    x: { label: x.name, scale: "log" },
    y: Y,
    limit: limit === undefined
      ? null
      : { y: limit, label: `budget ${bytes(limit)}`, beyond: "does not fit" },
    strip: "",
    // The thin line comes first, so that the marks lie on it.
    series: models.flatMap(([name, runs], i) => [
      total(name, runs, looks[i]!),
      activations(name, runs, looks[i]!, "none"),
    ]),
  };
}

/** Activations alone, for models whose weights are too few to be seen beside them. */
export function activationChart(rows: readonly Row[], dataset: string, x: Variable): LineChart {
  const models = d3.groups(summarise(rows, x), (summary) => summary.name);
  const looks = looksOf(models.map(([, [first]]) => first!.model));
  return {
    kind: "line",
    id: "activations",
    heading: `Peak memory of activations, on ${dataset}`,
    caption: "The peak of a run less weights, gradients and the optimiser's state. " +
      "A cross is a run refused before it started, at what it would need.",
    description: models.map(([name, runs]) => words(name, runs)).join(" "),
    height: 300,
    x: { label: x.name, scale: "log" },
    y: Y,
    limit: null,
    strip: "",
    series: models.map(([name, runs], i) => activations(name, runs, looks[i]!, "cross")),
  };
}

function total(name: string, runs: readonly Summary[], look: Look): Series {
  return {
    ...look,
    absent: [],
    model: name,
    label: ["in total", bytes(runs.at(-1)!.peakBytes)],
    thin: true,
    points: runs.map((summary) => point(summary, summary.peakBytes, "vertex", "cross")),
  };
}

/** `over` marks what does not fit. */
function activations(name: string, runs: readonly Summary[], look: Look, over: Mark): Series {
  return {
    ...look,
    absent: [],
    label: [name, bytes(runs.at(-1)!.activationBytes)],
    thin: false,
    points: runs.map((summary) => point(summary, summary.activationBytes, "filled", over)),
  };
}

function point(summary: Summary, value: number, inside: Mark, over: Mark): Point {
  const fits = summary.status !== "does not fit";
  return {
    x: summary.x,
    y: value,
    std: null,
    fits,
    mark: fits ? inside : over,
    value: `${summary.at}: ${bytes(value)}`,
    title: title(summary),
  };
}

function title(
  { name, at, status, activationBytes, peakBytes, memoryBudget }: Summary,
): string {
  const end = status === "does not fit" ? `; does not fit in ${bytes(memoryBudget!)}` : "";
  return `${name}, ${at}: activations ${bytes(activationBytes)}, ` +
    `in total ${bytes(peakBytes)}${end}`;
}

function words(name: string, runs: readonly Summary[]): string {
  const values = runs.map(({ x, status, activationBytes }) =>
    `${bytes(activationBytes)} at ${x}${status === "does not fit" ? " (does not fit)" : ""}`
  );
  return `Activations of ${name} by ${runs[0]!.unit}s: ${values.join(", ")}.`;
}
