import { parseHTML } from "linkedom";
import { operators as operatorsAtAll } from "../../../experiments/operators.ts";
import { buildModel } from "../../../models/build.ts";
import { drawChart } from "../../../reports/charts/draw.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import { pageHtml } from "../../../reports/pages/page.ts";
import { byOperator, scoreDots } from "../../../reports/figures/table_dots.ts";
import type { Row } from "../../../training/row.ts";
import { assertEquals } from "../../assert.ts";
import { findingsOf, overSeeds } from "../findings_of.ts";
import { asQuick, fixtureRow } from "../fixture_rows.ts";
import { assertSnapshot } from "../snapshot.ts";

const operators = asQuick(operatorsAtAll);

const MIB = 2 ** 20;

/** Test score in per cent and memory in MiB by operator, residual before reversible. */
const VALUES: Readonly<Record<string, readonly [number, number]>> = {
  "ResGNN-32 GEN": [79, 80],
  "RevGNN-32 GEN": [78.5, 32],
  "ResGNN-32 GCN": [75, 60],
  "RevGNN-32 GCN": [75.4, 30],
  "ResGNN-32 SAGE": [77, 60],
  "RevGNN-32 SAGE": [77, 30],
  "ResGNN-32 GAT": [74, 92],
  "RevGNN-32 GAT": [72, 40],
};

const quick = operators.scales.quick.map((run): Row => {
  const [score, memory] = VALUES[run.name]!;
  const test = score / 100;
  return {
    ...fixtureRow(run),
    peakBytes: memory * MIB,
    scores: { train: test + 0.09, valid: test + 0.01, test },
  };
});

Deno.test("operators finds memory saved with each operator, and no pair of the paper's to agree with", () => {
  assertEquals(findingsOf(operators, quick).map(({ ours, verdict }) => [ours, verdict]), [
    ["residual / reversible: GEN 2.5, GCN 2, SAGE 2, GAT 2.3", "agrees"],
    ["points more: GEN −0.50, GCN +0.40, SAGE 0.00, GAT −2.00", "cannot tell"],
  ]);
  const [, scores] = findingsOf(operators, overSeeds(quick));
  assertEquals(scores!.test, "nothing to agree with; Welch has 1 higher, 2 lower");
  const costly = quick.map((row): Row =>
    row.name === "RevGNN-32 GAT" ? { ...row, peakBytes: 100 * MIB } : row
  );
  assertEquals(findingsOf(operators, costly)[0]!.verdict, "differs");
  assertEquals(findingsOf(operators, quick.slice(0, 1)), []);
});

Deno.test("operators groups its page's dots by operator, and names each in the table", () => {
  const { document } = parseHTML(pageHtml(pageOf(operators, "quick", quick)));
  assertEquals(document.querySelectorAll("main > .figures svg[role]").length, 2);
  const rows = [...document.querySelectorAll(".scroll tbody tr")].map((row) =>
    [...row.children].map(({ textContent }) => textContent ?? "")
  );
  assertEquals(rows.length, 8);
  const gcn = rows.find(([name]) => name === "RevGNN-32 GCN")!;
  assertEquals(gcn.slice(-5), [
    "32",
    "GCN",
    "RevGCN-Deep: 73.01 ± 0.31",
    "RevGCN-Deep: 1.84 GB",
    "RevGCN-Deep: 262K",
  ]);
  const chart = byOperator(scoreDots(quick, "wordnet-frames", operators), quick, "Scores");
  assertEquals(chart.rows.map(({ name, group }) => [name, group]).slice(0, 4), [
    ["ResGNN-32 GEN", "GEN"],
    ["RevGNN-32 GEN", "GEN"],
    ["ResGNN-32 GCN", "GCN"],
    ["RevGNN-32 GCN", "GCN"],
  ]);
  assertSnapshot("operators", drawChart(chart));
});

Deno.test("operators has both networks of each at every scale, and RevGCN is the paper's", () => {
  for (const runs of Object.values(operators.scales)) {
    const kinds = new Set(runs.map(({ model }) => `${model.kind} ${model.convolution.kind}`));
    assertEquals(kinds.size, 8);
  }
  const gcn = operators.scales.paper.find(({ name }) => name === "RevGNN-128 GCN")!;
  const shape = { features: 128, categories: 0, edgeFeatures: 0, tasks: 40 };
  assertEquals(Math.round(buildModel(gcn.model, shape).layout.count / 1e3), 262);
});
