/** Charts as comma-separated values. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { LAYERS } from "../../../experiments/variable.ts";
import { csvOf } from "../../../reports/charts/csv.ts";
import { scoreChart } from "../../../reports/figures/score_charts.ts";
import { assert, assertEquals } from "../../assert.ts";
import { BUBBLES, CHARTS, DOTS, TRENDS } from "../fixture_charts.ts";
import { fixtureRows } from "../fixture_rows.ts";

Deno.test("csvOf() has a line for each point, with its deviation where it has one", () => {
  const [heads, first, , , fitted] = d3.csvParseRows(csvOf(TRENDS));
  const values = ["standard deviation", "single values"];
  assertEquals(heads, ["line", "nodes", "seconds an epoch, log scale", ...values]);
  assertEquals(first, ["RevGNN-64", "1000", "0.12", "0.02", ""]);
  assertEquals(fitted, ["RevGNN-64", "1000", "0.07", "", ""]);
  const [, point] = d3.csvParseRows(
    csvOf(scoreChart(fixtureRows("full"), "wordnet-frames", LAYERS)),
  );
  assertEquals(point!.at(-1)!.split(" ").length, 3);
  assertEquals(point![2], String(d3.mean(point!.at(-1)!.split(" ").map(Number))));
});

Deno.test("csvOf() says of dots who measured them, and of bubbles three numbers", () => {
  const [, refused] = d3.csvParseRows(csvOf(DOTS));
  assertEquals(refused, [
    "measured here, on wordnet-frames",
    "ResGNN-64",
    "",
    "",
    "",
    "does not fit",
  ]);
  const { name, x, y, area } = BUBBLES.bubbles[0]!;
  assertEquals(d3.csvParseRows(csvOf(BUBBLES))[1], [name, ...[x, y, area].map(String), ""]);
});

Deno.test("csvOf() quotes what a name holds, in a chart of any kind", () => {
  for (const chart of Object.values(CHARTS)) {
    const rows = d3.csvParseRows(csvOf(chart));
    assert(rows.every(({ length }) => length === rows[0]!.length), chart.id);
  }
});
