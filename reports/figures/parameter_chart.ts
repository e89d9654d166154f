/** Learned values against what an experiment varies. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Variable } from "../../experiments/variable.ts";
import type { Row } from "../../training/row.ts";
import type { LineChart, Series } from "../charts/chart.ts";
import { count } from "../findings/format.ts";
import { lookOf } from "../charts/looks.ts";
import { summarise, type Summary } from "../findings/summary.ts";

/** A line for each model, trained or not: parameters are counted before anything is run. */
export function parameterChart(rows: readonly Row[], dataset: string, x: Variable): LineChart {
  const models = d3.groups(summarise(rows, x), (summary) => summary.name);
  return {
    kind: "line",
    id: "parameters",
    heading: `Parameters, on ${dataset}`,
    caption: "Learned values of the whole model: encoders, layers and classifier.",
    description: models.map(([name, runs]) => words(name, runs)).join(" "),
    height: 300,
    x: { label: x.name, scale: "log" },
    y: { label: "parameters, log scale", scale: "decimal", format: d3.format("~s") },
    limit: null,
    strip: "",
    series: models.map(([name, runs]) => seriesOf(name, runs)),
  };
}

function seriesOf(name: string, runs: readonly Summary[]): Series {
  return {
    ...lookOf(runs[0]!.model),
    label: [name, count(runs.at(-1)!.parameters)],
    thin: false,
    points: runs.map(({ x, at, parameters }) => {
      const value = `${at}: ${count(parameters)}`;
      const title = `${name}, ${value} parameters`;
      return { x, y: parameters, std: null, fits: true, mark: "filled", value, title };
    }),
    absent: [],
  };
}

function words(name: string, runs: readonly Summary[]): string {
  const values = runs.map(({ x, parameters }) => `${count(parameters)} at ${x}`);
  return `Parameters of ${name} by ${runs[0]!.unit}s: ${values.join(", ")}.`;
}
