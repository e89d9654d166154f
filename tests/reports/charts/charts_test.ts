import { equilibrium as equilibriumAtAll } from "../../../experiments/equilibrium.ts";
import { memoryVsDepth as memoryVsDepthAtAll } from "../../../experiments/memory_vs_depth.ts";
import { DEPTH, LAYERS } from "../../../experiments/variable.ts";
import type { Chart, Dot, LineChart } from "../../../reports/charts/chart.ts";
import { placeLabels } from "../../../reports/charts/labels.ts";
import { drawChart } from "../../../reports/charts/draw.ts";
import { cut, textWidth } from "../../../reports/charts/text.ts";
import { lookOf } from "../../../reports/charts/looks.ts";
import { activationChart, memoryChart } from "../../../reports/figures/memory_chart.ts";
import { residualChart } from "../../../reports/experiments/equilibrium/residuals.ts";
import { paperChart, scoreChart } from "../../../reports/figures/score_charts.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FLOAT64 } from "../../tolerances.ts";
import { BUBBLES, CHARTS, DOTS, EVIL, LONG, ROOFLINE, TRENDS } from "../fixture_charts.ts";
import { asQuick, equilibriumRows, fixtureRows } from "../fixture_rows.ts";
import { assertSnapshot } from "../snapshot.ts";

const memoryVsDepth = asQuick(memoryVsDepthAtAll);
const equilibrium = asQuick(equilibriumAtAll);

const { paper } = memoryVsDepth;
const quick = fixtureRows("quick");
const full = fixtureRows("full");
const solved = equilibriumRows("quick");

const LINES: Record<string, LineChart> = {
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

for (const [name, chart] of Object.entries<Chart>({ ...LINES, ...CHARTS })) {
  Deno.test(`drawChart() draws ${name} as it did before`, () => {
    assertSnapshot(name, drawChart(chart));
  });

  Deno.test(`drawChart() puts nothing of ${name} at NaN, infinity or undefined`, () => {
    const svg = drawChart(chart).outerHTML;
    assert(!/NaN|Infinity|undefined|null/.test(svg), svg.match(/.{40}(NaN|Inf|undef|null)/)?.[0]);
  });
}

Deno.test("drawChart() has a title and a description that it names", () => {
  const svg = drawChart(LINES.memory!);
  assertEquals(svg.getAttribute("aria-labelledby"), "memory-title memory-desc");
  assertEquals(svg.querySelector("#memory-title")?.textContent, LINES.memory!.heading);
  assert(svg.querySelector("#memory-desc")?.textContent?.includes("31.2 MiB at 1001"));
});

Deno.test("memoryChart() crosses the runs that do not fit, above the limit", () => {
  const { limit, series } = LINES.memory!;
  const points = series.flatMap(({ points }) => points);
  const crosses = points.filter(({ mark }) => mark === "cross");
  assertEquals(crosses.map(({ x }) => x), [112, 1001]);
  assert(crosses.every(({ y }) => y > limit!.y));
  assert(points.filter(({ fits }) => fits).every(({ y }) => y <= limit!.y));
});

Deno.test("scoreChart() draws the sample standard deviation over seeds", () => {
  const [residual] = LINES.score_over_seeds!.series;
  // The fixture's seeds 0, 1 and 2 differ by 0.3 points each.
  assert(Math.abs(residual!.points[0]!.std! - 0.3) <= FLOAT64);
  assertEquals(residual!.absent.map(({ x }) => x), [112]);
});

Deno.test("paperChart() draws hollow marks, and a cross where the paper ran out of memory", () => {
  const { series } = LINES.paper!;
  assert(series.every(({ points }) => points.every(({ mark }) => mark === "hollow")));
  assertEquals(series[0]!.absent.map(({ x }) => x), [224, 448, 1001]);
});

Deno.test("activationChart() crosses what does not fit, at what its activations would need", () => {
  const refused = solved.map((row): Row => ({ ...row, status: "does not fit", memoryBudget: 1 }));
  const { series } = activationChart(refused, "wordnet-frames", DEPTH);
  assertEquals(series.map(({ points }) => points.length), [4, 4, 3]);
  assert(series.every(({ points }) => points.every(({ mark, fits }) => mark === "cross" && !fits)));
});

Deno.test("residualChart() leaves out what is infinite or 0, and marks the tolerance", () => {
  const row = solved.find(({ residuals }) => residuals)!;
  const { model } = row;
  const equilibrium = { ...model.equilibrium!, tolerance: 1e-2 };
  const residuals = { anderson: [1, 0], broyden: [1, null, 0.5], "fixed-point": [null] };
  const changed = { ...row, residuals, model: { ...model, equilibrium } as typeof model };
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
  const { series } = LINES.equilibrium_paper!;
  assertEquals(series.map(({ tone, shape }) => [tone, shape]), [
    ["res-gnn tied", "wedge"],
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

Deno.test("drawChart() escapes text wherever it comes from", () => {
  for (const name of ["trends_evil", "dots_evil", "bubbles_evil", "roofline_evil"]) {
    const svg = drawChart(CHARTS[name]!);
    assertEquals(svg.querySelectorAll("img").length, 0, name);
    assert(!svg.outerHTML.includes("<img"), name);
    assertEquals(svg.querySelector("desc")?.textContent, EVIL);
  }
});

Deno.test("lineChart() shades neighbours with a deviation, and gives a lone point a bar", () => {
  const svg = drawChart(TRENDS);
  const [first, , second] = TRENDS.series;
  assertEquals(first!.points.map(({ std }) => std !== null), [true, true, true]);
  assertEquals(second!.points.map(({ std }) => std !== null), [true, true, false, true]);
  assertEquals(svg.querySelectorAll(".rev-gnn .band").length, 1);
  assertEquals(svg.querySelectorAll(".rev-gnn .bar").length, 0);
  assertEquals(svg.querySelectorAll(".res-gnn .band").length, 1);
  assertEquals(svg.querySelectorAll(".res-gnn .bar").length, 1);
  // A fitted line has neither marks nor values of its own.
  assertEquals(svg.querySelectorAll(".line.dashed path").length, 1);
  assertEquals(svg.querySelectorAll(".target").length, 8);
});

/** Where a mark was moved to. */
function placeOf(mark: Element): [number, number] {
  const [x, y] = mark.getAttribute("transform")!.match(/-?[\d.]+/g)!.map(Number);
  return [x!, y!];
}

Deno.test("dotChart() puts each panel's values on an axis of its own, in order", () => {
  const svg = drawChart(DOTS);
  const [filled, hollow] = ["filled", "hollow"]
    .map((mark) => [...svg.querySelectorAll(`.mark.${mark}`)].map(placeOf));
  assert(filled!.every(([x]) => x < 230) && hollow!.every(([x]) => x > 230));
  // RevGNN-64, WT-ResGNN-64 and RevGAT: 80.12, 79.5 and 76 fall from right to left by their values.
  const [a, , , b, , , c] = filled!.map(([x]) => x);
  assert(Math.abs((a! - b!) / (b! - c!) - 0.62 / 3.5) <= FLOAT64);
  assertEquals(svg.querySelectorAll(".mark.cross").length, 1);
});

Deno.test("dotChart() gives every dot a line of its own, and prints its value", () => {
  const svg = drawChart(DOTS);
  const texts = [...svg.querySelectorAll(".value")].map((text) => text.textContent);
  assertEquals(texts.slice(0, 5), [
    "does not fit",
    "80.12 ± 0.31",
    "84.90 ± 0.20",
    "83.70 ± 0.40",
    "79.50 ± 0.90",
  ]);
  const heights = [...svg.querySelectorAll(".mark.filled")].map((mark) => placeOf(mark)[1]);
  assertEquals(new Set(heights).size, heights.length);
  const heads = [...svg.querySelectorAll("text.head")].map((text) => text.textContent);
  assertEquals(heads.slice(2), ["untied", "weight-tied", "others"]);
});

Deno.test("dotChart() puts a value beside its mark, bar and single values: right, or left where it ends", () => {
  const [first] = DOTS.rows;
  const dotOf = (x: number, singles: number[]): Dot => ({
    ...{ x, std: 1, mark: "filled", text: `${x} and more`, value: `${x}`, title: `${x}`, singles },
  });
  const dots = [dotOf(30, [25, 30, 60]), dotOf(50, [50]), dotOf(90, [60, 90, 100])];
  const svg = drawChart({
    ...DOTS,
    panels: DOTS.panels.slice(0, 1),
    rows: [{ ...first!, dots: [dots] }],
  });
  const numbers = (selector: string, name: string) =>
    [...svg.querySelectorAll(selector)].map((element) => Number(element.getAttribute(name)));
  const [low, , right, middle, left, , high] = numbers("circle.single", "cx");
  assert(low! < middle! && middle! < high!);
  const anchors = [...svg.querySelectorAll(".value")].map((text) =>
    text.getAttribute("text-anchor")
  );
  assertEquals(anchors, ["start", "start", "end"]);
  const [a, b, c] = numbers(".value", "x");
  // Six beyond a single value, eleven from a mark's middle; the bar of 50 ends before that.
  assert(Math.abs(a! - right! - 6) <= FLOAT64 && Math.abs(c! - left! + 6) <= FLOAT64, `${a} ${c}`);
  assert(b! - middle! >= 11 && b! - middle! < 20, `${b}`);
});

Deno.test("bubbleChart() makes areas as large as their numbers, down to a dot", () => {
  const two = [20e6, 5e6, 1].map((area, i) => ({ ...BUBBLES.bubbles[i]!, area }));
  const svg = drawChart({ ...BUBBLES, bubbles: two });
  const radii = [...svg.querySelectorAll(".target circle")].map((c) => Number(c.getAttribute("r")));
  assert(Math.abs(radii[0]! / radii[1]! - 2) <= FLOAT64, String(radii));
  assertEquals(radii[2], 11);
  const legend = [...svg.querySelectorAll(".legend text")].map((text) => text.textContent);
  assertEquals(legend, ["parameters", "1M", "10M"]);
});

Deno.test("cut() keeps what fits, and ends what does not with an ellipsis", () => {
  assertEquals(cut("RevGNN-64", 200, "bold"), "RevGNN-64");
  const short = cut(LONG, 100, "bold");
  assert(short.endsWith("…") && LONG.startsWith(short.slice(0, -1)), short);
  assert(textWidth(short, "bold") <= 100);
  assertEquals(cut("RevGNN-64", 1), "…");
});

Deno.test("lookOf() tells tied weights from untied ones, by colour and by mark", () => {
  for (const kind of ["res-gnn", "rev-gnn"] as const) {
    const [untied, tied] = [lookOf({ kind }), lookOf({ kind, tied: true })];
    assert(untied.tone !== tied.tone && untied.shape !== tied.shape, kind);
  }
  assertEquals(lookOf({ kind: "deq-gnn", tied: true }), lookOf({ kind: "deq-gnn" }));
});

Deno.test("rooflineChart() has every kernel at its place under the roofs", () => {
  const svg = drawChart(ROOFLINE);
  const place = (mark: Element) =>
    mark.getAttribute("transform")!.match(/[-\d.]+/g)!.map(Number) as [number, number];
  const marks = [...svg.querySelectorAll(".mark")].map(place);
  assertEquals(marks.length, ROOFLINE.marks.length);
  const roofs = [...svg.querySelectorAll("path.roof")].map((path) =>
    path.getAttribute("d")!.match(/[-\d.]+,[-\d.]+/g)!.map((pair) => pair.split(",").map(Number))
  );
  // Both rise along one line, up to where they are level.
  assertEquals(roofs[0]![0], roofs[1]![0]);
  for (const [, corner, end] of roofs) assertEquals(corner![1], end![1]);
  const lower = roofs[1]![1]![1]!;
  const [linear, copied] = marks;
  assert(linear![1] < lower && linear![1] > roofs[0]![1]![1]!, "linear is between the levels");
  assert(copied![0] < linear![0] && copied![1] > lower, "what only copies is left of it and below");
  assertEquals([...svg.querySelectorAll(".label")].map((label) => label.textContent), [
    "linear",
    "gen layer",
  ]);
});
