import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import type { LineChart } from "../../reports/chart.ts";
import { placeLabels } from "../../reports/chart_labels.ts";
import { lineChart } from "../../reports/line_chart.ts";
import { memoryChart } from "../../reports/memory_chart.ts";
import { paperChart, scoreChart } from "../../reports/score_charts.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixtureRows } from "./fixture_rows.ts";
import { assertSnapshot } from "./snapshot.ts";

const { paper } = memoryVsDepth;
const quick = fixtureRows("quick");
const full = fixtureRows("full");

const CHARTS: Record<string, LineChart> = {
  memory: memoryChart(quick, "wordnet-frames"),
  score: scoreChart(quick, "wordnet-frames"),
  score_over_seeds: scoreChart(full, "wordnet-frames"),
  paper: paperChart(paper),
  one_run: memoryChart(quick.slice(0, 1), "wordnet-frames"),
  no_run: memoryChart([], "wordnet-frames"),
};

for (const [name, chart] of Object.entries(CHARTS)) {
  Deno.test(`lineChart() draws ${name} as it did before`, () => {
    assertSnapshot(name, lineChart(chart));
  });

  Deno.test(`lineChart() puts nothing of ${name} at NaN, infinity or undefined`, () => {
    const svg = lineChart(chart).outerHTML;
    assert(!/NaN|Infinity|undefined|null/.test(svg), svg.match(/.{40}(NaN|Inf|undef|null)/)?.[0]);
  });
}

Deno.test("lineChart() has a title and a description that it names", () => {
  const svg = lineChart(CHARTS.memory!);
  assertEquals(svg.getAttribute("aria-labelledby"), "memory-title memory-desc");
  assertEquals(svg.querySelector("#memory-title")?.textContent, CHARTS.memory!.heading);
  assert(svg.querySelector("#memory-desc")?.textContent?.includes("31.2 MiB at 1001"));
});

Deno.test("memoryChart() crosses the runs that do not fit, above the limit", () => {
  const { limit, series } = CHARTS.memory!;
  const points = series.flatMap(({ points }) => points);
  const crosses = points.filter(({ mark }) => mark === "cross");
  assertEquals(crosses.map(({ x }) => x), [112, 224, 448, 1001]);
  assert(crosses.every(({ y }) => y > limit!.y));
  assert(points.filter(({ fits }) => fits).every(({ y }) => y <= limit!.y));
});

Deno.test("scoreChart() draws the sample standard deviation over seeds", () => {
  const [residual] = CHARTS.score_over_seeds!.series;
  // The fixture's seeds 0, 1 and 2 differ by 0.3 points each.
  assert(!(Math.abs(residual!.points[0]!.std! - 0.3) > 1e-9));
  assertEquals(residual!.absent.map(({ x }) => x), [112]);
});

Deno.test("paperChart() draws hollow marks, and a cross where the paper ran out of memory", () => {
  const { series } = CHARTS.paper!;
  assert(series.every(({ points }) => points.every(({ mark }) => mark === "hollow")));
  assertEquals(series[0]!.absent.map(({ x }) => x), [224, 448, 1001]);
});

Deno.test("placeLabels() keeps labels of lines that end together apart", () => {
  const ends = [100, 101, 102].map((y) => ({ x: 50, y, lines: ["RevGNN-64"] }));
  const places = placeLabels(ends, [], { left: 0, right: 400, top: 0, bottom: 400 });
  const heights = places.map(({ y }) => y).sort((a, b) => a - b);
  assert(heights[1]! - heights[0]! >= 15 && heights[2]! - heights[1]! >= 15, String(heights));
});

Deno.test("placeLabels() goes around a line in its way", () => {
  const line = Array.from({ length: 20 }, (_, i): [number, number] => [50 + 5 * i, 100]);
  const bounds = { left: 0, right: 400, top: 0, bottom: 400 };
  const [place] = placeLabels([{ x: 50, y: 100, lines: ["RevGNN-64"] }], line, bounds);
  assert(Math.abs(place!.y - 100) > 7, String(place!.y));
});
