import { parseHTML } from "linkedom";
import { groups as groupsAtAll } from "../../../experiments/groups.ts";
import { drawChart } from "../../../reports/charts/draw.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import { pageHtml } from "../../../reports/pages/page.ts";
import { parameterChart } from "../../../reports/figures/parameter_chart.ts";
import type { Row } from "../../../training/row.ts";
import { assertEquals } from "../../assert.ts";
import { asQuick, fixtureRow } from "../fixture_rows.ts";
import { overSeeds, verdictsOf } from "../findings_of.ts";
import { assertSnapshot } from "../snapshot.ts";

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

Deno.test("groups finds what more groups save and cost, by bytes alone of one seed", () => {
  const claims = [
    "RevGNN-32 has fewer parameters than ResGNN-32",
    "ResGNN-32 scores higher than RevGNN-32",
    "RevGNN-32 takes less memory than ResGNN-32",
    "RevGNN-32 scores best with 2 groups",
  ];
  const all = (...verdicts: string[]) => claims.map((claim, i) => `${claim}: ${verdicts[i]}`);
  assertEquals(
    verdictsOf(groups, quick),
    all("agrees", "cannot tell", "agrees", "cannot tell"),
  );
  assertEquals(
    verdictsOf(groups, overSeeds(quick)),
    all("agrees", "agrees", "agrees", "agrees"),
  );
  const reversed = quick.map((row): Row => ({
    ...row,
    parameters: 10_000 + 30_000 * row.model.groups,
    scores: { ...row.scores!, test: 0.7 + 0.005 * Math.log2(row.model.groups) },
  }));
  assertEquals(
    verdictsOf(groups, overSeeds(reversed)),
    all("differs", "differs", "agrees", "differs"),
  );
  assertEquals(verdictsOf(groups, quick.slice(1, 2)), []);
});

Deno.test("groups has a page of four charts, and one group beside two", () => {
  const page = pageOf(groups, "quick", quick);
  const { document } = parseHTML(pageHtml(page));
  assertEquals(document.querySelectorAll("main > .figures svg[role]").length, 4);
  const rows = [...document.querySelectorAll(".scroll tbody tr")].map((row) =>
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

Deno.test("groups has reversible models alone that can be split so", () => {
  for (const runs of Object.values(groups.scales)) {
    for (const { model } of runs) {
      assertEquals(model.channels % model.groups, 0);
      assertEquals(model.groups > 1, model.kind === "rev-gnn");
    }
  }
});
