/** Test scores against what an experiment varies: ours, and the paper's on a chart of their own. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { PaperFigures, PaperSeries } from "../../experiments/experiment.ts";
import type { Variable } from "../../experiments/variable.ts";
import type { Row } from "../../training/row.ts";
import type { LineChart, Look, Point, Series, ValueAxis } from "../charts/chart.ts";
import { amount, percent, score, seedsText } from "../findings/format.ts";
import { looksOf } from "../charts/looks.ts";
import { type Metric, metricOfRows, summarise, type Summary } from "../findings/summary.ts";
import { type SpreadOfValues, spreadText } from "../findings/spread.ts";

const SHARED = { height: 300, limit: null } as const;

/** The vertical axis of a metric. */
export function scoreAxis(metric: Metric): ValueAxis {
  const label = metric === "accuracy" ? "accuracy, %" : "mean ROC-AUC, %";
  return { label, scale: "linear", most: 100, format: String, tell: percent };
}

/** A dot in per cent for each seed, where there are several. */
export function seedDots({ values }: SpreadOfValues): Pick<Point, "singles"> {
  return values.length > 1 ? { singles: values.map((value) => 100 * value) } : {};
}

/** `; seeds 77.10, 78.25`: each seed's score, where there are several. */
export function seedScores({ values }: SpreadOfValues): string {
  return values.length > 1 ? `; seeds ${values.map(score).join(", ")}` : "";
}

/** Test scores of the runs that were to be trained to the end. */
export function scoreChart(rows: readonly Row[], dataset: string, x: Variable): LineChart {
  const trained = summarise(rows.filter((row) => row.epochs > 0), x);
  const models = d3.groups(trained, (summary) => summary.name);
  const looks = looksOf(models.map(([, [first]]) => first!.model));
  const series = models.map(([name, runs], i) => ours(name, runs, looks[i]!));
  return {
    ...SHARED,
    kind: "line",
    id: "score",
    y: scoreAxis(metricOfRows(rows)),
    x: { label: x.name, scale: "log" },
    heading: `Test score here, on ${dataset}`,
    caption: caption(trained.filter(({ scores }) => scores)),
    description: series.map(words).join(" "),
    strip: "does not fit",
    series,
  };
}

/** The paper's own figures, which are another data set's. */
export function paperChart(paper: PaperFigures, x: Variable): LineChart {
  const looks = looksOf(paper.series);
  const series = paper.series.map((series, i) => theirs(series, looks[i]!, x));
  return {
    ...SHARED,
    kind: "line",
    id: "paper",
    y: scoreAxis(paper.metric),
    x: { label: x.name, scale: "log" },
    heading: `Test score in the paper, on ${paper.dataset}`,
    caption: `${paper.source}. Another data set, on an axis of its own: compare the shape of the ` +
      "lines, not their height.",
    description: series.map(words).join(" "),
    strip: "out of memory",
    series,
  };
}

function caption(trained: readonly Summary[]): string {
  if (trained.length === 0) return "No run has been trained yet.";
  const bands = trained.every(({ seeds }) => seeds === 1)
    ? ""
    : "; bands are one sample standard deviation either way, dots single seeds";
  return `At the best epoch by validation score, ${seedsText(trained)}${bands}.`;
}

function ours(name: string, runs: readonly Summary[], look: Look): Series {
  return {
    ...look,
    label: [name, ""],
    thin: false,
    points: runs.flatMap(({ x, at, scores }) => scores ? [point(name, x, at, scores.test)] : []),
    absent: runs.filter(({ status }) => status === "does not fit").map(({ x, at }) => ({
      x,
      value: at,
      title: `${name}, ${at}: does not fit`,
    })),
  };
}

function point(name: string, x: number, at: string, test: SpreadOfValues): Point {
  const value = `${at}: ${spreadText(test, score)}`;
  const title = `${name}, ${value} % on the test part${seedScores(test)}`;
  const std = test.std === null ? null : 100 * test.std;
  const shared = { x, y: 100 * test.mean, std, ...seedDots(test) };
  return { ...shared, fits: true, mark: "filled", value, title };
}

function theirs({ name, kind, points }: PaperSeries, look: Look, variable: Variable): Series {
  const at = (x: number) => amount(x, variable.unit(kind));
  return {
    ...look,
    label: [name, ""],
    thin: false,
    points: points.flatMap(({ x, score, std, note }) => {
      if (score === "out of memory") return [];
      const value = `${at(x)}: ${spreadText({ mean: score, std: std ?? null }, percent)}`;
      const title = `${name} in the paper, ${value} %${note ? ` (${note})` : ""}`;
      return [{ x, y: score, std: std ?? null, fits: true, mark: "hollow", value, title }];
    }),
    absent: points.filter(({ score }) => score === "out of memory").map(({ x }) => ({
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
