/** Drift of what is rebuilt against depth, on logarithmic axes: of the first state, of gradients. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../../../training/row.ts";
import type { LineChart, Series } from "../../charts/chart.ts";
import { type Drifting, DRIFTS, driftsOf, driftText, weightsText } from "./drifts.ts";
import { amount, residual, seedsText } from "../../findings/format.ts";

const HEADINGS: Record<Drifting, string> = {
  gradients: "Drift of the gradients",
  firstState: "Drift of the first layer's input",
};

/** Gradients first: they are what training goes by. */
export function driftCharts(rows: readonly Row[]): LineChart[] {
  return DRIFTS.toReversed().map((of) => chart(rows, of));
}

function chart(rows: readonly Row[], of: Drifting): LineChart {
  const models = d3.groups(driftsOf(rows), ({ name }) => name);
  const series = models.map(([name, depths]): Series => {
    const { norms, epochs, model } = depths[0]!;
    const known = depths.flatMap((one) => one.worst[of] ? [{ ...one, y: one.worst[of] }] : []);
    // A logarithmic axis has no place for 0 either.
    const without = depths.filter((one) => !one.worst[of]);
    return {
      tone: norms.replace(" ", "-"),
      shape: model.state === "fixed" ? "diamond" : epochs === 0 ? "circle" : "triangle",
      label: [epochs === 0 ? norms : `${norms.split(" ")[0]}, trained`, ""],
      thin: false,
      points: known.map(({ layers, y }) => {
        const value = `${amount(layers, "layer")}: ${driftText(y)}`;
        const title = `${name}, ${value}`;
        return { x: layers, y, std: null, fits: true, mark: "filled", value, title };
      }),
      absent: without.map(({ layers, worst }) => {
        const value = `${amount(layers, "layer")}: ${driftText(worst[of])}`;
        const mark = worst[of] === 0 ? "filled" : "cross";
        return { x: layers, value, title: `${name}, ${value}`, mark };
      }),
    };
  });
  return {
    kind: "line",
    id: of,
    heading: HEADINGS[of],
    caption: captionOf(rows),
    description: series.flatMap(({ points, absent }) =>
      [...points, ...absent].map(({ title }) => `${title}.`)
    ).join(" "),
    height: 360,
    x: { label: "layers", scale: "log" },
    y: { label: "error, of the largest value, log scale", scale: "decimal", format: residual },
    limit: null,
    strip: stripOf(series),
    series,
  };
}

/** What the marks below the axis mean, of those there are. */
function stripOf(series: readonly Series[]): string {
  const marks = new Set(series.flatMap(({ absent }) => absent.map(({ mark }) => mark)));
  const meanings = [
    ...marks.has("filled") ? ["0, exact"] : [],
    ...marks.has("cross") ? ["no number"] : [],
  ];
  return meanings.join(", × ");
}

function captionOf(rows: readonly Row[]): string {
  const drifts = driftsOf(rows);
  if (drifts.length === 0) return "No drift has been measured yet.";
  const trained = drifts.find(({ epochs }) => epochs > 0);
  return "One training step whose activations are rebuilt, against the same from stored inputs; the " +
    "largest error relative to the largest value, " +
    `${seedsText(drifts, "the worst of ")}.` +
    (trained ? ` Trained: ${weightsText(trained)}.` : "") +
    (drifts.some(({ model }) => model.state === "fixed")
      ? " Diamonds: a state of fixed-point numbers."
      : "");
}
