import { parseHTML } from "linkedom";
import { weightTying as weightTyingAtAll } from "../../experiments/weight_tying.ts";
import { drawChart } from "../../reports/draw_chart.ts";
import { pageOf } from "../../reports/experiment_page.ts";
import { pageHtml } from "../../reports/page.ts";
import { parameterChart } from "../../reports/parameter_chart.ts";
import { weightTyingVerdict } from "../../reports/weight_tying_verdict.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { asQuick, fixtureRow } from "./fixture_rows.ts";
import { assertSnapshot } from "./snapshot.ts";

const weightTying = asQuick(weightTyingAtAll);

/** Tied weights score 2 points less, and less still at 14 layers. */
const quick = weightTying.scales.quick.map((run) => withTest(fixtureRow(run), testOf(run.model)));
const full = weightTying.scales.full.map(fixtureRow);
const tied = quick.filter(({ model }) => model.tied);

function testOf({ tied, kind, layers }: Row["model"]): number {
  return 0.8 - (tied ? 0.02 : 0) - (tied && layers === 14 ? 0.01 : 0) -
    (kind === "res-gnn" ? 0.004 : 0);
}

function withTest(row: Row, test: number): Row {
  return row.scores ? { ...row, scores: { ...row.scores, test } } : row;
}

function lines(rows: readonly Row[]): string[] {
  return weightTyingVerdict(rows, weightTying).split("\n");
}

Deno.test("weightTyingVerdict() tells what tying saves and costs, and compares with the paper", () => {
  assertEquals(lines(quick), [
    "With 14 layers, sharing weights cuts RevGNN-32's 190,992 parameters to 35,856 (5.3 times " +
    "fewer), and the test ROC-AUC on wordnet-frames is 77.00 % against 80.00 %: 3.00 points less " +
    "(one seed), as in the paper (WT-RevGNN-80 83.53, RevGNN-80 85.31).",
    "WT-ResGNN-32 has 52,000 parameters at 3 and at 14 layers; WT-RevGNN-32 has 35,856 parameters " +
    "at 3 and at 14 layers; RevGNN-32 has 48,784 parameters at 3 layers and 190,992 at 14.",
    "WT-RevGNN-32's activations take 15.6 MiB at 3 and at 14 layers; RevGNN-32's activations take " +
    "15.6 MiB at 3 and at 14 layers; WT-ResGNN-32's activations grow by 21.9 MiB a layer, from " +
    "96.9 MiB at 3 layers to 338 MiB at 14.",
    "With 14 layers, WT-RevGNN-32 scores 0.40 points more than WT-ResGNN-32 (one seed), unlike in " +
    "the paper (WT-RevGNN-80 83.53, WT-ResGNN-64 83.67).",
    "Of 3, 7 and 14 layers (one seed), WT-ResGNN-32 scores best with 3 layers (the paper's " +
    "WT-ResGNN-64 with 14 layers); WT-RevGNN-32 scores best with 3 layers (the paper's WT-RevGNN-80 with 14 layers).",
  ]);
});

Deno.test("weightTyingVerdict() says so where tied weights score more, or the same", () => {
  const better = quick.map((row) => withTest(row, row.model.tied ? 0.81 : 0.8));
  const more = "81.00 % against 80.00 %: 1.00 points more (one seed), unlike in the paper";
  assert(lines(better)[0]!.includes(more), lines(better)[0]);
  const level = quick.map((row) => withTest(row, row.model.tied ? 0.80001 : 0.8));
  assert(lines(level)[0]!.includes("80.00 % against 80.00 %: the same (one seed); the paper has"));
  assert(
    lines(level)[3]!.startsWith(
      "With 14 layers, WT-RevGNN-32 scores the same as WT-ResGNN-32 (one seed); the paper has",
    ),
    lines(level)[3],
  );
});

Deno.test("weightTyingVerdict() says what a difference is worth over seeds", () => {
  // The fixture's seeds 0, 1 and 2 differ by 0.3 points each.
  const at = (difference: number) =>
    full.map((row) => withTest(row, 0.8 + 0.003 * row.seed - (row.model.tied ? difference : 0)));
  const spread = "79.80 ± 0.30 % against 80.30 ± 0.30 %: 0.50 points less (3 seeds), as in";
  assert(lines(at(0.005))[0]!.includes(spread), lines(at(0.005))[0]);
  const within = "0.20 points less (within the spread of 3 seeds); the paper has";
  assert(lines(at(0.002))[0]!.includes(within), lines(at(0.002))[0]);
});

Deno.test("weightTyingVerdict() is silent of what no row tells", () => {
  assertEquals(lines([]), ["Nothing has been measured yet."]);
  assertEquals(lines(tied.slice(0, 1)), [
    "WT-ResGNN-32 has 52,000 parameters at 3 layers.",
    "WT-ResGNN-32's activations take 96.9 MiB at 3 layers.",
  ]);
  const refused = quick.slice(0, 2).map((row): Row => ({
    ...row,
    status: "does not fit",
    memoryBudget: 2 ** 20,
    scores: null,
  }));
  assertEquals(lines(refused).length, 2);
  assert(lines(refused)[1]!.includes("WT-ResGNN-32 would need 97.7 MiB in total at 3 layers"));
});

Deno.test("the weight tying page has four charts, and the paper's figures beside ours", () => {
  const page = pageOf(weightTying, "quick", quick);
  const html = pageHtml(page);
  const { document } = parseHTML(html);
  assertEquals(document.querySelectorAll("figure svg").length, 4);
  const rows = [...document.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map(({ textContent }) => textContent ?? "")
  );
  assertEquals(rows.length, 9);
  const deepest = rows.find(([name, layers]) => name === "WT-RevGNN-32" && layers === "14")!;
  assertEquals(deepest.slice(2, 6), ["trained", "35,856", "16.1 MiB", "15.6 MiB"]);
  assertEquals(deepest.slice(-3), ["77.00", "WT-RevGNN-80: 83.53", "–"]);
  assert(html.includes("* WT-RevGNN-80, 112 layers: Table 6's; the transcriptions of Figure 3"));
});

Deno.test("parameterChart() draws flat lines for tied weights", () => {
  const chart = parameterChart(quick, "wordnet-frames", weightTying.x);
  assertEquals(chart.series.map(({ label }) => label), [
    ["WT-ResGNN-32", "52,000"],
    ["WT-RevGNN-32", "35,856"],
    ["RevGNN-32", "190,992"],
  ]);
  for (const { label: [name], points } of chart.series) {
    const flat = new Set(points.map(({ y }) => y)).size === 1;
    assertEquals(flat, name.startsWith("WT-"), name);
  }
  assertSnapshot("parameters", drawChart(chart));
  assertEquals(parameterChart([], "wordnet-frames", weightTying.x).series, []);
});
