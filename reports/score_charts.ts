/** Test scores against what an experiment varies: ours, and the paper's on a chart of their own. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { PaperFigures, PaperSeries } from "../experiments/experiment.ts";
import type { Variable } from "../experiments/variable.ts";
import type { Row } from "../training/row.ts";
import type { LineChart, Point, Series, Shape } from "./chart.ts";
import { amount, score, spreadText } from "./format.ts";
import { MODEL_SHAPES } from "./model_shapes.ts";
import { type Spread, summarise, type Summary } from "./summary.ts";

const SHARED = {
  height: 300,
  y: { label: "mean ROC-AUC, %", scale: "linear", format: String },
  limit: null,
} as const;

/** Test scores of the runs that were to be trained to the end. */
export function scoreChart(rows: readonly Row[], dataset: string, x: Variable): LineChart {
  const trained = summarise(rows.filter((row) => row.epochs > 0), x);
  const series = d3.groups(trained, (summary) => summary.name)
    .map(([name, runs]) => ours(name, runs));
  return {
    ...SHARED,
    kind: "line",
    id: "score",
    x: { label: x.name, scale: "log" },
    heading: `Test score here, on ${dataset}`,
    caption: caption(d3.max(trained, (summary) => summary.seeds) ?? 0),
    description: series.map(words).join(" "),
    strip: "does not fit",
    series,
  };
}

/** The paper's own figures, which are another data set's. */
export function paperChart(paper: PaperFigures, x: Variable): LineChart {
  const shapes = paperShapes(paper.series);
  const series = paper.series.map((series, i) => theirs(series, shapes[i]!, x));
  return {
    ...SHARED,
    kind: "line",
    id: "paper",
    x: { label: x.name, scale: "log" },
    heading: `Test score in the paper, on ${paper.dataset}`,
    caption: `${paper.source}. Another data set, on an axis of its own: compare the shape of the ` +
      "lines, not their height.",
    description: series.map(words).join(" "),
    strip: "out of memory",
    series,
  };
}

function caption(seeds: number): string {
  if (seeds === 0) return "No run has been trained yet.";
  const best = "At the best epoch by validation score";
  if (seeds === 1) return `${best}, one seed.`;
  return `${best}, mean over ${seeds} seeds; bands are one sample standard deviation either way.`;
}

/** A model's own shape for the first series of its kind, another one for the next. */
function paperShapes(series: readonly PaperSeries[]): Shape[] {
  const all = Object.values(MODEL_SHAPES);
  const taken: Shape[] = [];
  for (const { kind } of series) {
    const free = [MODEL_SHAPES[kind], ...all].find((shape) => !taken.includes(shape));
    taken.push(free ?? MODEL_SHAPES[kind]);
  }
  return taken;
}

function ours(name: string, runs: readonly Summary[]): Series {
  const { kind } = runs[0]!.model;
  return {
    label: [name, ""],
    tone: kind,
    shape: MODEL_SHAPES[kind],
    thin: false,
    points: runs.flatMap(({ x, at, scores }) => scores ? [point(name, x, at, scores.test)] : []),
    absent: runs.filter(({ status }) => status === "does not fit").map(({ x, at }) => ({
      x,
      value: at,
      title: `${name}, ${at}: does not fit`,
    })),
  };
}

function point(name: string, x: number, at: string, { mean, std }: Spread): Point {
  const value = `${at}: ${spreadText({ mean, std }, score)}`;
  const bar = std === null ? null : 100 * std;
  const title = `${name}, ${value} % on the test part`;
  return { x, y: 100 * mean, std: bar, fits: true, mark: "filled", value, title };
}

function theirs({ name, kind, points }: PaperSeries, shape: Shape, variable: Variable): Series {
  const at = (x: number) => amount(x, variable.unit(kind));
  return {
    label: [name, ""],
    tone: kind,
    shape,
    thin: false,
    points: points.flatMap(({ x, rocAuc, note }) => {
      if (rocAuc === "out of memory") return [];
      const value = `${at(x)}: ${rocAuc.toFixed(2)}`;
      const title = `${name} in the paper, ${value} %${note ? ` (${note})` : ""}`;
      return [{ x, y: rocAuc, std: null, fits: true, mark: "hollow", value, title }];
    }),
    absent: points.filter(({ rocAuc }) => rocAuc === "out of memory").map(({ x }) => ({
      x,
      value: at(x),
      title: `${name} in the paper, ${at(x)}: out of memory`,
    })),
  };
}

function words({ label: [name], points, absent }: Series): string {
  const values = [
    ...points.map(({ value }) => value),
    ...absent.map(({ value }) => `${value}: none`),
  ];
  return `${name}: ${values.join(", ") || "no value yet"}.`;
}
