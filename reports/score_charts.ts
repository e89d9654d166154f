/** Test scores against depth: ours, and the paper's on a chart of their own. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { PaperFigures, PaperSeries } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import type { LineChart, Point, Series, Shape } from "./chart.ts";
import { score, spreadText } from "./format.ts";
import { summarise, type Summary } from "./summary.ts";

const SHARED = {
  height: 300,
  y: { label: "mean ROC-AUC, %", scale: "linear", format: String },
  limit: null,
} as const;

const PAPER_SHAPES: readonly Shape[] = ["square", "circle", "triangle", "diamond"];

/** Test scores of the runs that were to be trained to the end. */
export function scoreChart(rows: readonly Row[], dataset: string): LineChart {
  const trained = summarise(rows.filter((row) => row.epochs > 0));
  const series = d3.groups(trained, (summary) => summary.name)
    .map(([name, depths]) => ours(name, depths));
  return {
    ...SHARED,
    id: "score",
    heading: `Test score here, on ${dataset}`,
    caption: caption(d3.max(trained, (summary) => summary.seeds) ?? 0),
    description: series.map(words).join(" "),
    strip: "does not fit",
    series,
  };
}

/** The paper's own figures, which are another data set's. */
export function paperChart(paper: PaperFigures): LineChart {
  const series = paper.series.map((series, i) => theirs(series, PAPER_SHAPES[i % 4]!));
  return {
    ...SHARED,
    id: "paper",
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
  return `${best}, mean over ${seeds} seeds; bars are one sample standard deviation either way.`;
}

function ours(name: string, depths: readonly Summary[]): Series {
  const { kind } = depths[0]!.model;
  return {
    label: [name, ""],
    tone: kind,
    shape: kind === "rev-gnn" ? "circle" : "square",
    thin: false,
    points: depths.flatMap(({ layers, scores }) =>
      scores ? [point(name, layers, scores.test.mean, scores.test.std)] : []
    ),
    absent: depths.filter(({ status }) => status === "does not fit").map(({ layers }) => ({
      x: layers,
      title: `${name}, ${layers} layers: does not fit`,
    })),
  };
}

function point(name: string, layers: number, mean: number, std: number | null): Point {
  const value = `${layers} layers: ${spreadText({ mean, std }, score)}`;
  const bar = std === null ? null : 100 * std;
  const title = `${name}, ${value} % on the test part`;
  return { x: layers, y: 100 * mean, std: bar, fits: true, mark: "filled", value, title };
}

function theirs({ name, kind, points }: PaperSeries, shape: Shape): Series {
  return {
    label: [name, ""],
    tone: kind,
    shape,
    thin: false,
    points: points.flatMap(({ layers, rocAuc, note }) => {
      if (rocAuc === "out of memory") return [];
      const value = `${layers} layers: ${rocAuc.toFixed(2)}`;
      const title = `${name} in the paper, ${value} %${note ? ` (${note})` : ""}`;
      return [{ x: layers, y: rocAuc, std: null, fits: true, mark: "hollow", value, title }];
    }),
    absent: points.filter(({ rocAuc }) => rocAuc === "out of memory").map(({ layers }) => ({
      x: layers,
      title: `${name} in the paper, ${layers} layers: out of memory`,
    })),
  };
}

function words({ label: [name], points, absent }: Series): string {
  const values = [
    ...points.map(({ value }) => value),
    ...absent.map(({ x }) => `${x} layers: none`),
  ];
  return `${name}: ${values.join(", ") || "no value yet"}.`;
}
