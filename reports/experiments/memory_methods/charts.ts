/** A step's seconds and the error of its gradients, against depth. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Variable } from "../../../experiments/variable.ts";
import type { Row } from "../../../training/row.ts";
import type { LineChart, Point, Series } from "../../charts/chart.ts";
import { looksOf } from "../../charts/looks.ts";
import { amount, residual, seconds } from "../../findings/format.ts";
import { machineOf } from "../../findings/machine.ts";
import { timedOn } from "../../findings/summary.ts";
import { errorOf, errorText } from "./errors.ts";

/** The least time of one training step. */
export function stepChart(rows: readonly Row[], dataset: string, x: Variable): LineChart {
  const { machine } = timedOn(rows);
  const text = (value: number) => `${seconds(value)} s`;
  return {
    ...chartOf(
      rows,
      dataset,
      x,
      (row) => machineOf(row) === machine ? row.secondsPerStep : undefined,
      text,
    ),
    id: "seconds",
    heading: `Seconds of one training step, on ${dataset}`,
    caption: "The least of two steps, until the device was done.",
    y: { label: "seconds, log scale", scale: "decimal", format: d3.format("~g") },
  };
}

/** Against the gradients of stored activations. */
export function errorChart(rows: readonly Row[], dataset: string, x: Variable): LineChart {
  return {
    ...chartOf(rows, dataset, x, errorOf, errorText),
    id: "errors",
    heading: `Error of the gradients, on ${dataset}`,
    caption:
      "Of one training step at its first weights, against the same from stored activations: the " +
      "largest error relative to the largest value.",
    y: { label: "error, of the largest value, log scale", scale: "decimal", format: residual },
    strip: "0, exact",
  };
}

/** A line for each way; 0 and what is no number have no place on a logarithmic axis. */
function chartOf(
  rows: readonly Row[],
  dataset: string,
  x: Variable,
  of: (row: Row) => number | null | undefined,
  text: (value: number) => string,
): Omit<LineChart, "id" | "heading" | "caption" | "y"> {
  const models = d3.groups(rows.filter((row) => of(row) !== undefined), ({ name }) => name);
  const looks = looksOf(models.map(([, [first]]) => first!.model));
  const series = models.map(([name, runs], i): Series => {
    const points = d3.sort(runs, x.of).map((row) => pointOf(row, name));
    return {
      ...looks[i]!,
      label: [name, ""],
      thin: false,
      points: points.filter(({ y }) => y > 0),
      absent: points.filter(({ y }) => !(y > 0)).map(({ x, y, value, title }) => ({
        ...{ x, value, title },
        mark: y === 0 ? "filled" : "cross",
      })),
    };
  });
  function pointOf(row: Row, name: string): Point {
    const y = of(row) ?? NaN;
    const value = `${amount(x.of(row), x.unit(row.model.kind))}: ${text(y)}`;
    const title = `${name}, ${value}`;
    return { x: x.of(row), y, std: null, fits: true, mark: "filled", value, title };
  }
  return {
    kind: "line",
    description: `On ${dataset}. ` +
      series.flatMap(({ points, absent }) => [...points, ...absent].map(({ title }) => `${title}.`))
        .join(" "),
    height: 320,
    x: { label: x.name, scale: "log" },
    limit: null,
    strip: "",
    series,
  };
}
