import { parseHTML } from "linkedom";
import { inference as inferenceAtAll } from "../../../experiments/inference.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import { partsChart, viewsCharts } from "../../../reports/experiments/inference/charts.ts";
import { lineChart } from "../../../reports/charts/lines.ts";
import { pageHtml } from "../../../reports/pages/page.ts";
import { waysOf } from "../../../reports/experiments/inference/ways.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FLOAT64 } from "../../tolerances.ts";
import { findingsOf } from "../findings_of.ts";
import { asQuick, fixtureRow } from "../fixture_rows.ts";
import { assertSnapshot } from "../snapshot.ts";

const inference = asQuick(inferenceAtAll, 3);

const MIB = 2 ** 20;

const quick = inference.scales.quick.map(fixtureRow);
const one = quick.slice(0, 1);

Deno.test("inference shows the main table's runs at the paper's scale, and has no other there", () => {
  const { rowsOf, scales } = inference;
  assertEquals(scales.paper, []);
  const shown = rowsOf!.flatMap((other) => other.scales.paper);
  assertEquals(new Set(shown.map(({ name }) => name)), new Set(["RevGNN-Deep", "RevGNN-Wide"]));
  const printed = [{ parts: 5, views: 1 }, { parts: 3, views: 10 }];
  for (const run of shown) assertEquals(run.inference?.map((way) => ({ ...way })), printed);
  assert(rowsOf!.every((other) => other.scales.quick.length + other.scales.full.length === 0));
});

Deno.test("waysOf() pairs gains seed by seed", () => {
  const way = waysOf(quick).find(({ parts, views }) => parts === 3 && views === 10)!;
  assertEquals([way.name, way.seeds, way.peakBytes], ["RevGNN-32", 3, 10 * MIB]);
  // Seeds' gains are 2.0, 2.1 and 2.2 points, though their scores differ by 0.6 each.
  assert(Math.abs(way.gain!.mean - 0.021) <= FLOAT64, String(way.gain!.mean));
  assert(Math.abs(way.gain!.std! - 0.001) <= FLOAT64, String(way.gain!.std));
  assertEquals(waysOf(quick).map(({ parts, views }) => `${parts} ${views}`), [
    ..."1 1,3 1,3 3,3 10,5 1,5 3,5 10,10 1,10 3,10 10".split(","),
  ]);
});

Deno.test("inference finds what the paper's views bring, by seeds, and the best way by validation", () => {
  assertEquals(
    findingsOf(inference, quick).map(({ ours, ...finding }) => [ours, finding.verdict]),
    [
      ["80.60 ± 0.60 against 76.50 ± 0.50 %", "agrees"],
      ["by validation 1 view of 3 parts: 78.50 ± 0.50 %", "agrees"],
    ],
  );
  const [first, second] = findingsOf(inference, quick);
  assertEquals(
    first!.claim,
    "RevGNN-32 scores higher by 10 views of 3 parts than by 1 view of 5 parts",
  );
  assertEquals(
    first!.paper,
    "RevGNN-Deep 87.74 ± 0.13 against 87.06 ± 0.20, RevGNN-Wide 88.24 ± 0.15 against 87.62 ± 0.18",
  );
  assertEquals(
    second!.claim,
    "Of ways by parts RevGNN-32 scores best by 10 views of 3 parts",
  );
  assert(findingsOf(inference, one).every(({ verdict }) => verdict === "cannot tell"));
  const worse = quick.map((row): Row => ({
    ...row,
    inferred: row.inferred!.map((way) => ({
      ...way,
      scores: { ...way.scores, test: 0.8 - 0.01 * way.views + 0.001 * row.seed },
    })),
  }));
  assert(findingsOf(inference, worse).every(({ verdict }) => verdict === "differs"));
  const refused = quick.map(({ inferred: _, ...row }): Row => ({ ...row, status: "does not fit" }));
  assertEquals(findingsOf(inference, refused), []);
});

Deno.test("inference speaks of every model", () => {
  const rows = inference.rowsOf!.flatMap((other) => other.scales.paper).map(fixtureRow);
  const names = findingsOf(inference, rows).map(({ claim }) => claim.match(/RevGNN-\w+/)![0]);
  assertEquals(names, ["RevGNN-Deep", "RevGNN-Deep", "RevGNN-Wide", "RevGNN-Wide"]);
  assertEquals(viewsCharts(rows, "ogbn-proteins").map(({ id }) => id), ["views", "views-2"]);
});

Deno.test("viewsCharts() draw a line for each number of parts, the whole graph across", () => {
  const [chart] = viewsCharts(quick, "wordnet-frames");
  assertEquals(chart!.series.map(({ label }) => label[0]), ["3 parts", "5 parts", "10 parts"]);
  assert(chart!.caption.startsWith("The best epoch's weights, means over 3 seeds; bands"));
  assertEquals(chart!.limit?.label, "the whole graph at once 80.50 ± 0.50");
  assertSnapshot("inference_views", lineChart(chart!));
  const parts = partsChart(quick, "wordnet-frames");
  assertEquals(parts.series[0]!.points.map(({ x, y }) => [x, y / MIB]), [
    [1, 30],
    [3, 10],
    [5, 6],
    [10, 3],
  ]);
});

Deno.test("pageHtml() has each way as a row, the paper's beside two of them", () => {
  const { document } = parseHTML(pageHtml(pageOf(inference, "quick", quick)));
  assertEquals(document.querySelectorAll("main > .figures svg[role]").length, 3);
  const rows = [...document.querySelectorAll(".scroll tbody tr")].map((row) =>
    [...row.children].map(({ children, textContent }) =>
      [...children].map((line) => line.textContent).join("|") || textContent
    )
  );
  assertEquals(rows.length, 10 + 1);
  assertEquals(rows[3], [
    "RevGNN-32",
    "3",
    "10",
    "3",
    "85.00 ± 0.00",
    "80.60 ± 0.60",
    "+2.10 ± 0.10",
    "10 MiB",
    "1.00 ± 0.00",
    "RevGNN-Deep: 87.74 ± 0.13|RevGNN-Wide: 88.24 ± 0.15",
  ]);
  // Training's own evaluation, which none of the paper's ways is.
  assertEquals(rows[10]!.slice(0, 3), ["RevGNN-32", "3", "trained, 3 seeds"]);
  assert(rows[10]!.every((cell) => !cell!.includes("RevGNN-Deep")), rows[10]!.join());
  assert(document.body.textContent!.includes("by one view of 5 random parts."));
  assertEquals(rows.slice(0, 10).filter((row) => row.at(-1) !== "–").length, 2);
  for (const few of [[], one]) {
    const html = pageHtml(pageOf(inference, "quick", few));
    assert(!/NaN|Infinity|undefined|null/.test(html), html.match(/.{40}(NaN|Inf|undef|null)/)?.[0]);
  }
});
