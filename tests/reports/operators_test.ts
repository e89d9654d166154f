import { parseHTML } from "linkedom";
import { operators as operatorsAtAll } from "../../experiments/operators.ts";
import { buildModel } from "../../models/build.ts";
import { drawChart } from "../../reports/draw_chart.ts";
import { pageOf } from "../../reports/experiment_page.ts";
import { operatorsVerdict } from "../../reports/operators_verdict.ts";
import { pageHtml } from "../../reports/page.ts";
import { byOperator, scoreDots } from "../../reports/table_dots.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { asQuick, fixtureRow } from "./fixture_rows.ts";
import { assertSnapshot } from "./snapshot.ts";

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

function lines(rows: readonly Row[]): string[] {
  return operatorsVerdict(rows, operators).split("\n");
}

Deno.test("operatorsVerdict() tells what reversibility saves and costs with each operator", () => {
  assertEquals(lines(quick), [
    "With GEN, GCN, SAGE and GAT the reversible network takes 2 to 2.5 times less memory than the " +
    "residual one; its test ROC-AUC on wordnet-frames differs by −2.00 to +0.40 points (one seed).",
    "RevGNN-32 GEN takes 2.5 times less memory than ResGNN-32 GEN and scores 0.50 points less; " +
    "RevGNN-32 GCN takes 2 times less memory than ResGNN-32 GCN and scores 0.40 points more; " +
    "RevGNN-32 SAGE takes 2 times less memory than ResGNN-32 SAGE and scores the same; RevGNN-32 GAT " +
    "takes 2.3 times less memory than ResGNN-32 GAT and scores 2.00 points less (all one seed).",
    "By test ROC-AUC on wordnet-frames (one seed): ResGNN-32 GEN 79.00 %, RevGNN-32 GEN 78.50 %, " +
    "ResGNN-32 SAGE 77.00 %, RevGNN-32 SAGE 77.00 %, RevGNN-32 GCN 75.40 %, ResGNN-32 GCN 75.00 %, " +
    "ResGNN-32 GAT 74.00 %, RevGNN-32 GAT 72.00 %.",
  ]);
});

Deno.test("operatorsVerdict() says so where an operator saves no memory", () => {
  const memory: Readonly<Record<string, number>> = { "RevGNN-32 GCN": 60, "RevGNN-32 GAT": 100 };
  const costly = quick.map((row): Row => {
    const own = memory[row.name];
    return own === undefined ? row : { ...row, peakBytes: own * MIB };
  });
  assert(
    lines(costly)[0]!.startsWith(
      "With GEN and SAGE the reversible network takes 2 to 2.5 times less memory than the " +
        "residual one, with GCN and GAT no less; its test",
    ),
    lines(costly)[0],
  );
  assert(lines(costly)[1]!.includes("RevGNN-32 GAT takes 1.1 times the memory of ResGNN-32 GAT"));
  const gat = costly.filter(({ name }) => name.endsWith("GAT"));
  assertEquals(
    lines(gat)[0],
    "With GAT the reversible network takes no less memory than the residual one; its test " +
      "ROC-AUC on wordnet-frames differs by −2.00 points (one seed).",
  );
});

Deno.test("operatorsVerdict() is silent of what no row tells", () => {
  assertEquals(lines([]), ["Nothing has been measured yet."]);
  assertEquals(lines(quick.slice(0, 1)), ["Of device memory, ResGNN-32 GEN takes 80 MiB."]);
  const refused = quick.slice(0, 2).map((row): Row =>
    row.model.kind === "rev-gnn"
      ? row
      : { ...row, status: "does not fit", memoryBudget: MIB, scores: null }
  );
  assertEquals(lines(refused), [
    "With GEN the reversible network takes 2.5 times less memory than the residual one.",
  ]);
});

Deno.test("the operators page groups its dots by operator, and names each in the table", () => {
  const { document } = parseHTML(pageHtml(pageOf(operators, "quick", quick)));
  assertEquals(document.querySelectorAll("figure svg").length, 2);
  const rows = [...document.querySelectorAll("tbody tr")].map((row) =>
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

Deno.test("every operator has both networks at every scale, and RevGCN is the paper's", () => {
  for (const runs of Object.values(operators.scales)) {
    const kinds = new Set(runs.map(({ model }) => `${model.kind} ${model.convolution}`));
    assertEquals(kinds.size, 8);
  }
  const gcn = operators.scales.paper.find(({ name }) => name === "RevGNN-128 GCN")!;
  const shape = { features: 128, categories: 0, edgeFeatures: 0, tasks: 40 };
  assertEquals(Math.round(buildModel(gcn.model, shape).layout.count / 1e3), 262);
});
