/** What a chart tells at a place of its axis, and the legend that mutes its lines. */
import { LAYERS } from "../../../experiments/variable.ts";
import type { LineChart, Series } from "../../../reports/charts/chart.ts";
import { MOST_PLACES, toldColumns } from "../../../reports/charts/columns.ts";
import { drawChart } from "../../../reports/charts/draw.ts";
import { legendOf, MOST_ENTRIES } from "../../../reports/charts/legend.ts";
import { memoryChart } from "../../../reports/figures/memory_chart.ts";
import { scoreChart } from "../../../reports/figures/score_charts.ts";
import { assert, assertEquals } from "../../assert.ts";
import { TRENDS } from "../fixture_charts.ts";
import { fixtureRows } from "../fixture_rows.ts";

/** A chart of one line through these places. */
function chartOf(xs: readonly number[], series: Partial<Series> = {}): LineChart {
  const [first] = TRENDS.series;
  const points = xs.map((x) => ({ ...first!.points[0]!, x, y: 2 * x, std: null }));
  const x = { label: "epoch", scale: "linear" } as const;
  return { ...TRENDS, x, series: [{ ...first!, points, ...series }] };
}

Deno.test("toldColumns() tells every line's value at each depth, with its deviation", () => {
  const memory = toldColumns(memoryChart(fixtureRows("quick"), "wordnet-frames", LAYERS));
  const at = memory.find(({ x }) => x === 7)!;
  assertEquals([at.head, ...at.told.map(({ text }) => text)], [
    "layers: 7",
    "ResGNN-64 in total 187 MiB",
    "ResGNN-64 184 MiB",
    "RevGNN-64 in total 32.7 MiB",
    "RevGNN-64 31.2 MiB",
    "RevGNN-32 in total 17.1 MiB",
    "RevGNN-32 15.6 MiB",
  ]);
  const [first] = toldColumns(scoreChart(fixtureRows("full"), "wordnet-frames", LAYERS));
  assert(
    first!.told.every(({ text }) => / \d\d\.\d\d ± 0\.\d\d$/.test(text)),
    first!.told[0]!.text,
  );
});

Deno.test("toldColumns() has a place for each value, or evenly spaced ones where they are many", () => {
  assertEquals(toldColumns(chartOf([3, 1, 2])).map(({ x }) => x), [1, 2, 3]);
  const many = toldColumns(chartOf(Array.from({ length: 400 }, (_, i) => i + 1)));
  assertEquals([many.length, many[0]!.x, many.at(-1)!.x], [MOST_PLACES, 1, 400]);
  const gaps = many.slice(1).map(({ x }, i) => x - many[i]!.x);
  assert(gaps.every((gap) => gap === 10 || gap === 11), gaps.join(" "));
  assertEquals(many.map(({ told }) => told.length), many.map(() => 1));
  assertEquals(toldColumns(chartOf([])), []);
});

Deno.test("toldColumns() leaves out fitted lines and single seeds, and a line where it has no value", () => {
  assertEquals(toldColumns(chartOf([1, 2], { quiet: true })), []);
  assertEquals(toldColumns(chartOf([1, 2], { dashed: true })), []);
  const two = chartOf([1, 2, 9]);
  const [line] = two.series;
  const short = { ...line!, label: ["short", ""] as const, points: line!.points.slice(0, 1) };
  const told = toldColumns({ ...two, series: [line!, short] }).map(({ told }) => told.length);
  assertEquals(told, [2, 1, 1]);
});

Deno.test("legendOf() has an entry for each model, and none where there is nothing to tell apart", () => {
  const chart = memoryChart(fixtureRows("quick"), "wordnet-frames", LAYERS);
  assertEquals(legendOf(chart).map(({ name }) => name), ["ResGNN-64", "RevGNN-64", "RevGNN-32"]);
  assertEquals(legendOf(chartOf([1, 2])), []);
  const [line] = chart.series;
  const many = Array.from({ length: MOST_ENTRIES + 1 }, (_, i) => ({ ...line!, model: `${i}` }));
  assertEquals(legendOf({ ...chart, series: many }), []);
});

Deno.test("lineChart() gives all that is drawn of a model the class of its entry", () => {
  const chart = memoryChart(fixtureRows("quick"), "wordnet-frames", LAYERS);
  const svg = drawChart(chart);
  const second = [...svg.querySelectorAll(".entry-2")];
  assertEquals(second.map(({ textContent }) => textContent).filter((text) => text !== ""), [
    "RevGNN-6431.2 MiB",
    `in total${chart.series[2]!.label[1]}`,
  ]);
  const marks = [...svg.querySelectorAll(".mark")];
  assert(marks.length > 0 && marks.every((mark) => mark.closest("[class^=entry-]")));
  assertEquals(svg.querySelectorAll(".column").length, toldColumns(chart).length);
});
