/** Curves of training: which lines there are, and where their points stand. */
import type { LineChart } from "../../../reports/charts/chart.ts";
import { curveCharts } from "../../../reports/figures/curve_charts.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureRows } from "../fixture_rows.ts";

const [trained] = fixtureRows("quick").filter(({ status }) => status === "trained");

/** A run of so many epochs: its losses fall to 0.1, its scores rise by a hundredth each. */
function rowOf(epochs: number, more: Partial<Row> = {}): Row {
  const each = <T>(of: (epoch: number) => T) => Array.from({ length: epochs }, (_, i) => of(i + 1));
  const valid = each((epoch) => epoch / 100);
  const history = {
    ...{ train: valid, valid, test: valid },
    learningRate: each(() => 0.01),
    gradientNorm: each(() => 1),
    seconds: each(() => 2),
  };
  const losses = each((epoch) => 0.1 * epochs / epoch);
  return { ...trained!, losses, bestEpoch: epochs, secondsPerEpoch: 2, history, ...more };
}

function points(chart: LineChart, series: number): [number, number][] {
  return chart.series[series]!.points.map(({ x, y }) => [x, y]);
}

Deno.test("curveCharts() draws loss and validation score against epochs and against time", () => {
  const charts = curveCharts([rowOf(3)], ({ name }) => name);
  assertEquals(charts.map(({ id }) => id), [
    ...["loss-epochs", "loss-time", "valid-epochs", "valid-time"],
  ]);
  assertEquals(points(charts[3]!, 0), [[2, 1], [4, 2], [6, 3]]);
  assertEquals(points(charts[0]!, 0).map(([x]) => x), [1, 2, 3]);
  // No tick stands between two epochs.
  assertEquals([1, 1.5, 2].map(charts[0]!.x.format!), ["1", "", "2"]);
  const marks = charts.map(({ series }) => series[0]!.points.map(({ mark }) => mark));
  assertEquals(marks, charts.map(() => ["none", "none", "filled"]));
});

Deno.test("curveCharts() of rows without a history has their losses alone, in mean time", () => {
  const { history: _, ...old } = rowOf(3, { secondsPerEpoch: 5 });
  const charts = curveCharts([old], ({ name }) => name);
  assertEquals(charts.map(({ id }) => id), ["loss-epochs", "loss-time"]);
  assertEquals(points(charts[1]!, 0).map(([x]) => x), [5, 10, 15]);
});

Deno.test("curveCharts() has a quiet line for each seed, and one for their mean as far as all go", () => {
  const [chart] = curveCharts(
    [rowOf(2), rowOf(4, { seed: 1 }), rowOf(3, { name: "other" })],
    ({ name }) => name,
  );
  const { name } = trained!;
  assertEquals(
    chart!.series.map(({ model, quiet = false, thin }) => [model, quiet, thin]),
    [[name, true, true], [name, true, true], [name, false, false], ["other", false, false]],
  );
  assertEquals(points(chart!, 2), [[1, (0.2 + 0.4) / 2], [2, (0.1 + 0.2) / 2]]);
});

Deno.test("curveCharts() takes a mean of the same epochs of all seeds, thinned or stopped as they may be", () => {
  // Each thinned by a step of its own, with a best epoch of its own among the points.
  const seeds = [[1000, 401], [1999, 603], [1500, 998]].map(([epochs, bestEpoch], seed) => {
    const row = rowOf(epochs!, { bestEpoch: bestEpoch!, seed });
    return { ...row, losses: row.losses.map((_, i) => (seed + 1) * (i + 1)) };
  });
  const charts = curveCharts(seeds, ({ name }) => name);
  const [byEpoch, byTime] = charts as [LineChart, LineChart];
  for (const [x, y] of points(byEpoch, 3)) assertEquals(y, 2 * x, `the mean of epoch ${x}`);
  for (const [x, y] of points(byTime, 3)) {
    assert(Math.abs(y - 60 * x) <= 1e-9 * y, `the mean after ${x} minutes is ${y}`);
  }
  assertEquals(points(byEpoch, 3).at(-1), [1000, 2000]);
  assert(byEpoch.caption.includes("A mean is of the epochs that all of its seeds have."));
  const even = curveCharts(seeds.slice(0, 1).concat({ ...seeds[0]!, seed: 3 }), () => "");
  assert(!even[0]!.caption.includes("all of its seeds"), even[0]!.caption);
});

Deno.test("curveCharts() leaves out of a mean an epoch that some seed did not evaluate", () => {
  const { history } = rowOf(4);
  const rows = [[0.1, 0.2, null, 0.4], [0.3, null, null, 0.6]].map((valid, seed) =>
    rowOf(4, { seed, history: { ...history!, valid } })
  );
  const [, , chart] = curveCharts(rows, ({ name }) => name);
  assertEquals(points(chart!, 2), [[1, 20], [4, 50]]);
});

Deno.test("curveCharts() keeps the best epoch and the last of more points than can be seen", () => {
  const [chart] = curveCharts([rowOf(2000, { bestEpoch: 1234 })], ({ name }) => name);
  const { points } = chart!.series[0]!;
  assert(points.length <= 302, `${points.length} points`);
  assertEquals(points.filter(({ mark }) => mark === "filled").map(({ x }) => x), [1234]);
  assertEquals(points.at(-1)!.x, 2000);
});

Deno.test("curveCharts() draws no epoch that was not evaluated, and nothing of single steps", () => {
  const { history } = rowOf(4);
  const valid = [null, 0.5, null, 0.7];
  const charts = curveCharts([rowOf(4, { history: { ...history!, valid } })], ({ name }) => name);
  assertEquals(points(charts[2]!, 0), [[2, 50], [4, 70]]);
  assertEquals(curveCharts(fixtureRows("quick").filter((row) => row.epochs === 0), () => ""), []);
});

Deno.test("curveCharts() tells a long run in minutes or hours", () => {
  const labels = [60, 3600, 3 * 3600].map((secondsPerEpoch) => {
    const { history: _, ...old } = rowOf(3, { secondsPerEpoch });
    return curveCharts([old], ({ name }) => name)[1]!.x.label;
  });
  assertEquals(labels, ["minutes", "hours", "hours"]);
});
