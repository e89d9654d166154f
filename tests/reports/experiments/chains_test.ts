import { parseHTML } from "linkedom";
import { chainLengths as chainsAtAll } from "../../../experiments/chains.ts";
import { chainsCeiling } from "../../../graphs/planted/chains.ts";
import { hopsOf } from "../../../models/hops.ts";
import { drawChart } from "../../../reports/charts/draw.ts";
import { reachChart } from "../../../reports/experiments/chains/charts.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import { pageHtml } from "../../../reports/pages/page.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureRow } from "../fixture_rows.ts";
import { findingOf, verdictsOf } from "../findings_of.ts";
import { assertSnapshot } from "../snapshot.ts";

const { small } = chainsAtAll.scales;

/** A row for each run, which tells this share of its ceiling beyond guessing. */
function rowsOf(share: (row: Row) => number, seeds = 3): Row[] {
  return small.filter(({ seed }) => seed < seeds).map(fixtureRow).map((row): Row => {
    const { classes } = row.chains!;
    const ceiling = chainsCeiling(row.chains!, hopsOf(row.model));
    const test = 1 / classes + share(row) * (ceiling - 1 / classes);
    return { ...row, metric: "accuracy", scores: { train: test, valid: test, test } };
  });
}

const exact = rowsOf(() => 1);

Deno.test("chains finds who tells what others cannot see, and that nobody tells more than he sees", () => {
  const claims = [
    "DEQ-GNN tells more of 32 nodes than 16 hops show",
    "No network tells more than its hops show",
    "GCN-8 tells more of 32 nodes than 2 hops show",
    "ResGNN-8 tells more of 32 nodes than 2 hops show",
    "RevGNN-8 tells more of 32 nodes than 4 hops show",
    "RevGNN-8 tells more of 32 nodes than 8 hops show",
    "DEQ-GNN’s solves reach their tolerance within 20 solver steps",
  ];
  const verdicts = (...of: string[]) => claims.map((claim, i) => `${claim}: ${of[i]}`);
  const told = ["agrees", "agrees", "agrees", "agrees", "agrees", "agrees"];
  assertEquals(verdictsOf(chainsAtAll, exact).slice(0, 6), verdicts(...told).slice(0, 6));
  // Half of what they see is not enough, for all but the equilibrium.
  const half = rowsOf(({ model }) => model.kind === "deq-gnn" ? 0.9 : 0.2);
  const poor = ["agrees", "agrees", "differs", "differs", "differs", "differs"];
  assertEquals(verdictsOf(chainsAtAll, half).slice(0, 6), verdicts(...poor).slice(0, 6));
  // A bound takes three seeds to be passed, all of them.
  const mixed = rowsOf(({ seed }) => seed === 0 ? 0.2 : 1);
  const unsure = ["cannot tell", "agrees", ...Array(4).fill("cannot tell")];
  assertEquals(verdictsOf(chainsAtAll, mixed).slice(0, 6), verdicts(...unsure).slice(0, 6));
  assertEquals(
    verdictsOf(chainsAtAll, rowsOf(() => 1, 1)).slice(0, 6),
    verdicts(...unsure).slice(0, 6),
  );
});

Deno.test("chains says what a bound is, and how many runs reach it", () => {
  assertEquals(
    findingOf(chainsAtAll, exact, "16 hops")?.ours,
    "100.00 ± 0.00 %, 16 hops show at most 76.56",
  );
  assertEquals(findingOf(chainsAtAll, exact, "16 hops")?.test, "3 of them above the bound");
  const all = findingOf(chainsAtAll, exact, "No network")!;
  assertEquals(all.ours, `${exact.length} runs: none above its ceiling, ${exact.length} at it`);
  const [first, ...rest] = exact;
  const scores = { train: 1, valid: 1, test: 0.8751 };
  const broken = findingOf(chainsAtAll, [{ ...first!, scores }, ...rest], "No network")!;
  assertEquals([broken.ours, broken.verdict], [
    `1 of ${exact.length} runs above its ceiling`,
    "differs",
  ]);
});

Deno.test("chains takes what is at a bound, or a rounding above it, as no more than the bound", () => {
  const bound = chainsCeiling({ length: 32, classes: 2 }, 16);
  const claimOf = (above: number) => {
    const rows = rowsOf(() => 1).map((row): Row => {
      if (row.model.kind !== "deq-gnn" || row.chains!.length !== 32) return row;
      return { ...row, scores: { train: 1, valid: 1, test: bound + above } };
    });
    const { test, verdict } = findingOf(chainsAtAll, rows, "16 hops")!;
    return [test, verdict];
  };
  for (const above of [0, 1e-12, 1e-9]) {
    assertEquals(claimOf(above), ["0 of them above the bound", "differs"], `${above}`);
  }
  // A single node of a test part of 64.
  assertEquals(claimOf(1 / 64), ["3 of them above the bound", "agrees"]);
  const rounded = exact.map((row): Row => {
    const { train, valid, test } = row.scores!;
    return { ...row, scores: { train, valid, test: test + 1e-12 } };
  });
  const all = findingOf(chainsAtAll, rounded, "No network")!;
  assertEquals(all.ours, `${exact.length} runs: none above its ceiling, ${exact.length} at it`);
});

Deno.test("chains claims nothing beyond a bound where so many hops show all", () => {
  const short = exact.filter(({ chains }) => chains!.length === 8);
  const claims = verdictsOf(chainsAtAll, short).filter((claim) => claim.includes("of 8 nodes"));
  assertEquals(claims, [
    "DEQ-GNN tells more of 8 nodes than 4 hops show: agrees",
    "GCN-8 tells more of 8 nodes than 2 hops show: agrees",
    "ResGNN-8 tells more of 8 nodes than 2 hops show: agrees",
    "RevGNN-8 tells more of 8 nodes than 4 hops show: agrees",
  ]);
});

Deno.test("reachChart() has a dashed ceiling for each number of hops, above every line", () => {
  const chart = reachChart(rowsOf(() => 0.7), "chains", chainsAtAll.x);
  const ceilings = chart.series.filter(({ dashed }) => dashed);
  assertEquals(ceilings.map(({ model }) => model), [
    "2 hops",
    "4 hops",
    "8 hops",
    "16 hops",
  ]);
  // Lines of 0.7 of what they see end more than three points below 8 hops and 16.
  assertEquals(ceilings.map(({ label: [name] }) => name), ["", "", "8 hops", "16 hops"]);
  const [two] = ceilings;
  assertEquals(two!.points.map(({ x, y }) => [x, y]), [[4, 87.5], [8, 68.75], [16, 59.375], [
    32,
    54.6875,
  ]]);
  assertSnapshot("chains", drawChart(chart));
  assertEquals(reachChart([], "chains", chainsAtAll.x).series, []);
});

Deno.test("chains has a page that says whose figure it is, with hops and ceilings in its table", () => {
  const { document } = parseHTML(pageHtml(pageOf(chainsAtAll, "small", exact)));
  const where = document.querySelector(".where")!.textContent!;
  assert(where.includes("No figure of “Training Graph Neural Networks with 1000 Layers”"), where);
  assert(document.querySelector(".claim .who")!.textContent!.includes("Gu et al. (IGNN, 2020)"));
  const heads = [...document.querySelectorAll(".findings th[scope=col]")];
  assertEquals(heads.map(({ textContent }) => textContent), ["claim", "others", "here", "verdict"]);
  const row = [...document.querySelectorAll(".scroll tbody tr")]
    .map(({ children }) => [...children].map(({ textContent }) => textContent))
    .find(([name, length]) => name === "RevGNN-2" && length === "8")!;
  assertEquals(row.slice(-2), ["4", "81.25"]);
  assert(!document.body.textContent!.includes("the paper, on"));
});
