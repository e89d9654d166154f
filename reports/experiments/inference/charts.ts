/** Test scores against views for each number of parts, and what an evaluation by parts takes. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../../../training/row.ts";
import type { LineChart, Series, Shape } from "../../charts/chart.ts";
import { amount, bytes, list, plural, score, seedsText } from "../../findings/format.ts";
import { lookOf } from "../../charts/looks.ts";
import { scoreAxis, seedDots, seedScores } from "../../figures/score_charts.ts";
import { metricOfRows } from "../../findings/summary.ts";
import { type Way, waysOf, wayText } from "./ways.ts";
import { spreadText } from "../../findings/spread.ts";

const SHAPES: readonly Shape[] = ["circle", "square", "triangle", "diamond", "star", "wedge"];

/** A chart for each model; one without lines where there is none. */
export function viewsCharts(rows: readonly Row[], dataset: string): LineChart[] {
  const models = d3.groups(waysOf(rows), ({ name }) => name);
  if (models.length === 0) return [viewsChart(rows, dataset, [])];
  return models.map(([, ways], i) => {
    const chart = viewsChart(rows, dataset, ways);
    return i === 0 ? chart : { ...chart, id: `${chart.id}-${i + 1}` };
  });
}

function viewsChart(rows: readonly Row[], dataset: string, ways: readonly Way[]): LineChart {
  const [first] = ways;
  const lines = d3.groups(ways.filter(({ parts }) => parts > 1), ({ parts }) => parts);
  const whole = ways.find(({ parts }) => parts === 1);
  return {
    kind: "line",
    id: "views",
    heading: first ? `Test score of ${first.name} by views, on ${dataset}` : "Test score by views",
    caption: first ? viewsCaption(ways) : "No model has been scored by views yet.",
    description: ways.map((way) => `${wayText(way)}: ${scoreText(way)} %.`).join(" "),
    height: 360,
    x: { label: "views averaged", scale: "log" },
    y: scoreAxis(metricOfRows(rows)),
    limit: whole
      ? { y: 100 * whole.test.mean, label: `the whole graph at once ${scoreText(whole)}` }
      : null,
    strip: "",
    series: lines.map(([parts, ways], i): Series => ({
      ...lookOf(rows[0]!.model),
      shape: SHAPES[i % SHAPES.length]!,
      label: [plural(parts, "part"), ""],
      thin: false,
      points: ways.map((way) => {
        const value = `${amount(way.views, "view")}: ${scoreText(way)}`;
        const std = way.test.std === null ? null : 100 * way.test.std;
        const title = `${wayText(way)}: ${scoreText(way)} % on the test part${
          seedScores(way.test)
        }`;
        return {
          x: way.views,
          y: 100 * way.test.mean,
          std,
          ...seedDots(way.test),
          fits: true,
          mark: "filled",
          value,
          title,
        };
      }),
      absent: [],
    })),
  };
}

function viewsCaption(ways: readonly Way[]): string {
  const bands = ways.every(({ seeds }) => seeds === 1)
    ? ""
    : "; bands are one sample standard deviation either way, dots single seeds";
  return `The best epoch's weights, ${
    seedsText(ways)
  }${bands}. A view is one random partition of the nodes; each part is evaluated as the graph ` +
    "that it induces.";
}

function scoreText({ test }: Way): string {
  return spreadText(test, score);
}

/** Peak memory of an evaluation; views do not count, as one follows the other. */
export function partsChart(rows: readonly Row[], dataset: string): LineChart {
  const models = d3.groups(waysOf(rows), ({ name }) => name);
  const series = models.map(([name, ways], i): Series => ({
    ...lookOf(rows.find((row) => row.name === name)!.model),
    shape: SHAPES[i % SHAPES.length]!,
    label: [name, ""],
    thin: false,
    points: d3.groups(ways, ({ parts }) => parts).map(([parts, same]) => {
      const y = d3.max(same, ({ peakBytes }) => peakBytes)!;
      const value = `${parts === 1 ? "the whole graph" : plural(parts, "part")}: ${bytes(y)}`;
      const title = `${name}, ${value}`;
      return { x: parts, y, std: null, fits: true, mark: "filled", value, title };
    }),
    absent: [],
  }));
  return {
    kind: "line",
    id: "parts",
    heading: `Peak memory of an evaluation by parts, on ${dataset}`,
    caption: "Weights, the largest part and its activations; 1 part is the whole graph.",
    description: list(
      series.flatMap(({ label: [name], points }) => points.map(({ value }) => `${name}, ${value}`)),
    ),
    height: 300,
    x: { label: "parts", scale: "log" },
    y: { label: "peak memory, log scale", scale: "binary", format: bytes },
    limit: null,
    strip: "",
    series,
  };
}
