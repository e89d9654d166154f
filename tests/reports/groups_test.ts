import { parseHTML } from "linkedom";
import { groups as groupsAtAll } from "../../experiments/groups.ts";
import { drawChart } from "../../reports/draw_chart.ts";
import { pageOf } from "../../reports/experiment_page.ts";
import { groupsVerdict } from "../../reports/groups_verdict.ts";
import { pageHtml } from "../../reports/page.ts";
import { parameterChart } from "../../reports/parameter_chart.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { asQuick, fixtureRow } from "./fixture_rows.ts";
import { assertSnapshot } from "./snapshot.ts";

const groups = asQuick(groupsAtAll);

/** Each doubling of the groups halves three quarters of the weights, and costs half a point. */
const quick = groups.scales.quick.map((run): Row => {
  const { groups } = run.model;
  const test = 0.8 - 0.005 * Math.log2(groups);
  return {
    ...fixtureRow(run),
    parameters: 10_000 + 30_000 / groups,
    scores: { train: test, valid: test, test },
  };
});
const [single, two, , eight] = quick as [Row, Row, Row, Row];

function lines(rows: readonly Row[]): string[] {
  return groupsVerdict(rows, groups).split("\n");
}

Deno.test("groupsVerdict() tells what more groups save and cost, and compares with one", () => {
  assertEquals(lines(quick), [
    "With 8 groups instead of 2, RevGNN-32 has 13,750 parameters instead of 25,000, and its test " +
    "ROC-AUC on wordnet-frames is 78.50 % against 79.50 %: 1.00 points less (one seed).",
    "Of 2, 4 and 8 groups (one seed), RevGNN-32 scores best with 2: 79.50 %.",
    "With 2 groups RevGNN-32 has 1.6 times fewer parameters than ResGNN-32, whose channels are one " +
    "group, and scores 0.50 points less (one seed), as in the paper (RevGNN-64 85.48, ResGNN-64 " +
    "85.94).",
    "RevGNN-32's activations take 15.6 MiB at 2 and at 8 groups; ResGNN-32's activations take " +
    "184 MiB at 1 group.",
  ]);
});

Deno.test("groupsVerdict() says so where more groups score more, or one group less", () => {
  const better = { ...eight, scores: { train: 0.9, valid: 0.9, test: 0.81 } };
  const text = lines([single, two, better]);
  assert(text[0]!.endsWith("is 81.00 % against 79.50 %: 1.50 points more (one seed)."), text[0]);
  const worse = { ...single, scores: { train: 0.9, valid: 0.9, test: 0.7 } };
  assert(
    lines([worse, two])[0]!.includes("scores 9.50 points more (one seed), unlike in the paper"),
  );
});

Deno.test("groupsVerdict() is silent of what no row tells", () => {
  assertEquals(lines([]), ["Nothing has been measured yet."]);
  assertEquals(lines([two]), ["RevGNN-32's activations take 15.6 MiB at 2 groups."]);
  const measured = quick.map((row): Row => ({ ...row, status: "measured", scores: null }));
  assertEquals(lines(measured).length, 1);
});

Deno.test("the groups page has four charts, and one group beside two", () => {
  const page = pageOf(groups, "quick", quick);
  const { document } = parseHTML(pageHtml(page));
  assertEquals(document.querySelectorAll("figure svg").length, 4);
  const rows = [...document.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map(({ textContent }) => textContent ?? "")
  );
  assertEquals(rows.map(([name, groups]) => [name, groups]), [
    ["ResGNN-32", "1"],
    ["RevGNN-32", "2"],
    ["RevGNN-32", "4"],
    ["RevGNN-32", "8"],
  ]);
  assertEquals(rows[0]!.slice(-2), ["ResGNN-64: 85.94", "ResGNN-64: 27.1 GB"]);
  assertEquals(rows[1]!.slice(-2), ["RevGNN-64: 85.48", "RevGNN-64: 2.09 GB"]);
  assertEquals(rows[3]!.slice(-2), ["–", "–"]);
  assertSnapshot("groups", drawChart(parameterChart(quick, "wordnet-frames", groups.x)));
});

Deno.test("every reversible model of the groups experiment can be split so", () => {
  for (const runs of Object.values(groups.scales)) {
    for (const { model } of runs) {
      assertEquals(model.channels % model.groups, 0);
      assertEquals(model.groups > 1, model.kind === "rev-gnn");
    }
  }
});
