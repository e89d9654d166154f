import { equilibrium } from "../../experiments/equilibrium.ts";
import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import { DEPTH, LAYERS } from "../../experiments/variable.ts";
import type { LineChart } from "../../reports/chart.ts";
import { placeLabels } from "../../reports/chart_labels.ts";
import { lineChart } from "../../reports/line_chart.ts";
import { activationChart, memoryChart } from "../../reports/memory_chart.ts";
import { residualChart } from "../../reports/residual_chart.ts";
import { paperChart, scoreChart } from "../../reports/score_charts.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { equilibriumRows, fixtureRows } from "./fixture_rows.ts";
import { assertSnapshot } from "./snapshot.ts";

const { paper } = memoryVsDepth;
const quick = fixtureRows("quick");
const full = fixtureRows("full");
const solved = equilibriumRows("quick");

const CHARTS: Record<string, LineChart> = {
  memory: memoryChart(quick, "wordnet-frames", LAYERS),
  score: scoreChart(quick, "wordnet-frames", LAYERS),
  score_over_seeds: scoreChart(full, "wordnet-frames", LAYERS),
  paper: paperChart(paper, LAYERS),
  one_run: memoryChart(quick.slice(0, 1), "wordnet-frames", LAYERS),
  no_run: memoryChart([], "wordnet-frames", LAYERS),
  equilibrium_score: scoreChart(solved, "wordnet-frames", DEPTH),
  equilibrium_activations: activationChart(solved, "wordnet-frames", DEPTH),
  equilibrium_residuals: residualChart(solved, "wordnet-frames"),
  equilibrium_paper: paperChart(equilibrium.paper, DEPTH),
  no_residuals: residualChart(solved.slice(0, 1), "wordnet-frames"),
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

Deno.test("activationChart() crosses what does not fit, at what its activations would need", () => {
  const refused = solved.map((row): Row => ({ ...row, status: "does not fit", memoryBudget: 1 }));
  const { series } = activationChart(refused, "wordnet-frames", DEPTH);
  assertEquals(series.map(({ points }) => points.length), [4, 4]);
  assert(series.every(({ points }) => points.every(({ mark, fits }) => mark === "cross" && !fits)));
});

Deno.test("residualChart() leaves out what is infinite or 0, and marks the tolerance", () => {
  const row = solved.find(({ residuals }) => residuals)!;
  const equilibrium = { ...row.model.equilibrium, tolerance: 1e-2 };
  const residuals = { anderson: [1, 0], broyden: [1, null, 0.5], "fixed-point": [null] };
  const changed = { ...row, residuals, model: { ...row.model, equilibrium } };
  const { series, limit, description } = residualChart([changed], "wordnet-frames");
  assertEquals(series.map(({ points }) => points.map(({ x }) => x)), [[0], [0, 2], []]);
  assertEquals(limit, { y: 1e-2, label: "tolerance 1e-2" });
  assertEquals(
    description,
    "Anderson reaches 1e-2 after 1 step; its lowest residual is 0 after 1 step. " +
      "Broyden does not reach 1e-2; its lowest residual is 0.5 after 2 steps. " +
      "fixed-point iteration does not reach 1e-2; all its residuals are infinite.",
  );
});

Deno.test("paperChart() marks each model as our own charts do", () => {
  const { series } = CHARTS.equilibrium_paper!;
  assertEquals(series.map(({ tone, shape }) => [tone, shape]), [
    ["res-gnn", "square"],
    ["deq-gnn", "diamond"],
  ]);
  assertEquals(series[1]!.points[0]!.value, "3 solver steps: 79.04");
});

Deno.test("placeLabels() keeps labels of lines that end together apart", () => {
  const ends = [100, 101, 102].map((y) => ({ x: 50, y, lines: ["RevGNN-64"] }));
  const places = placeLabels(ends, [], { left: 0, right: 400, top: 0, bottom: 400 });
  const heights = places.map(({ y }) => y).sort((a, b) => a - b);
  assert(heights[1]! - heights[0]! >= 15 && heights[2]! - heights[1]! >= 15, String(heights));
});

Deno.test("placeLabels() does not run two labels of one height together", () => {
  const ends = [280, 280, 280].map((y) => ({ x: 300, y, lines: ["fixed point"] }));
  const places = placeLabels(ends, [], { left: 0, right: 460, top: 0, bottom: 290 });
  const beside = places.filter(({ anchor }) => anchor === "start").map(({ y }) => y);
  assertEquals(beside.length, 3);
  for (const [i, y] of beside.entries()) {
    assert(beside.every((other, j) => i === j || Math.abs(other - y) >= 15), String(beside));
  }
});

Deno.test("placeLabels() goes around a line in its way", () => {
  const line = Array.from({ length: 20 }, (_, i): [number, number] => [50 + 5 * i, 100]);
  const bounds = { left: 0, right: 400, top: 0, bottom: 400 };
  const [place] = placeLabels([{ x: 50, y: 100, lines: ["RevGNN-64"] }], line, bounds);
  assert(Math.abs(place!.y - 100) > 7, String(place!.y));
});
