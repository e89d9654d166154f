import { parseHTML } from "linkedom";
import { weightTying as weightTyingAtAll } from "../../../experiments/weight_tying.ts";
import { drawChart } from "../../../reports/charts/draw.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import { pageHtml } from "../../../reports/pages/page.ts";
import { parameterChart } from "../../../reports/figures/parameter_chart.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { overSeeds, verdictsOf } from "../findings_of.ts";
import { asQuick, fixtureRow } from "../fixture_rows.ts";
import { assertSnapshot } from "../snapshot.ts";

const weightTying = asQuick(weightTyingAtAll);

/** Tied weights score 2 points less, and less still at 14 layers. */
const quick = weightTying.scales.quick.map((run) => withTest(fixtureRow(run), testOf(run.model)));

function testOf({ tied, kind, layers }: Row["model"]): number {
  return 0.8 - (tied ? 0.02 : 0) - (tied && layers === 14 ? 0.01 : 0) -
    (kind === "res-gnn" ? 0.004 : 0);
}

function withTest(row: Row, test: number): Row {
  return row.scores ? { ...row, scores: { ...row.scores, test } } : row;
}

Deno.test("weight_tying finds what tying saves and costs, and how deep it pays", () => {
  const of = (...scores: string[]) => [
    "WT-RevGNN-32 has fewer parameters than RevGNN-32: agrees",
    `RevGNN-32 scores higher than WT-RevGNN-32, with 14 layers: ${scores[0]}`,
    "WT-RevGNN-32’s parameters do not depend on depth: agrees",
    "WT-RevGNN-32’s activations do not depend on depth: agrees",
    "WT-ResGNN-32’s activations grow with every layer: agrees",
    `WT-ResGNN-32 scores higher than WT-RevGNN-32, with 14 layers: ${scores[1]}`,
    `WT-RevGNN-32 scores best with 14 layers: ${scores[2]}`,
    `WT-ResGNN-32 scores best with 14 layers: ${scores[3]}`,
  ];
  const unknown = Array.from({ length: 4 }, () => "cannot tell");
  assertEquals(verdictsOf(weightTying, quick), of(...unknown));
  // Tied networks score best with few layers here, and stored activations 0.4 points less.
  assertEquals(
    verdictsOf(weightTying, overSeeds(quick)),
    of("agrees", "differs", "differs", "differs"),
  );
});

Deno.test("weight_tying is silent of what no row tells", () => {
  assertEquals(verdictsOf(weightTying, []), []);
  assertEquals(verdictsOf(weightTying, quick.filter(({ model }) => model.layers === 3)), [
    "WT-RevGNN-32 has fewer parameters than RevGNN-32: agrees",
    "RevGNN-32 scores higher than WT-RevGNN-32, with 3 layers: cannot tell",
    "WT-ResGNN-32 scores higher than WT-RevGNN-32, with 3 layers: cannot tell",
  ]);
});

Deno.test("weight_tying has a page of four charts, and the paper's figures beside ours", () => {
  const page = pageOf(weightTying, "quick", quick);
  const html = pageHtml(page);
  const { document } = parseHTML(html);
  assertEquals(document.querySelectorAll("main > .figures svg[role]").length, 4);
  const rows = [...document.querySelectorAll(".scroll tbody tr")].map((row) =>
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
