import { parseHTML } from "linkedom";
import { inference as inferenceAtAll } from "../../experiments/inference.ts";
import { pageOf } from "../../reports/experiment_page.ts";
import { partsChart, viewsCharts } from "../../reports/inference_charts.ts";
import { inferenceVerdict } from "../../reports/inference_verdict.ts";
import { lineChart } from "../../reports/line_chart.ts";
import { pageHtml } from "../../reports/page.ts";
import { waysOf } from "../../reports/ways.ts";
import type { Inference } from "../../training/inferred.ts";
import type { Row, RunSettings } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { asQuick, fixtureRow } from "./fixture_rows.ts";
import { assertSnapshot } from "./snapshot.ts";

const inference = asQuick(inferenceAtAll, 3);

const MIB = 2 ** 20;

/** The row of a run with other test scores. */
function rowWith(run: RunSettings, test: (way: Inference) => number): Row {
  const row = fixtureRow(run);
  const inferred = row.inferred!.map((way) => ({
    ...way,
    scores: { ...way.scores, test: test(way) },
  }));
  return { ...row, inferred };
}

const quick = inference.scales.quick.map(fixtureRow);
const one = quick.slice(0, 1);
const { paper } = inference;

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
  assert(!(Math.abs(way.gain!.mean - 0.021) > 1e-9), String(way.gain!.mean));
  assert(!(Math.abs(way.gain!.std! - 0.001) > 1e-9), String(way.gain!.std));
  assertEquals(waysOf(quick).map(({ parts, views }) => `${parts} ${views}`), [
    ..."1 1,3 1,3 3,3 10,5 1,5 3,5 10,10 1,10 3,10 10".split(","),
  ]);
});

Deno.test("inferenceVerdict() tells what views are worth, what parts cost, and the paper's gains", () => {
  assertEquals(inferenceVerdict(quick, paper).split("\n"), [
    "On wordnet-frames RevGNN-32, trained by 4 random parts, has a test ROC-AUC of 80.60 ± 0.60 % " +
    "averaged over 10 views of 3 parts, 2.10 points more (3 seeds) than by one view; by 5 parts " +
    "2.10 points more (3 seeds), by 10 parts 2.10 points more (3 seeds).",
    "The whole graph at once takes 30 MiB and scores 80.50 ± 0.50 %, 0.10 points less (within the " +
    "spread of 3 seeds) than the best way by parts, 10 views of 3 parts, which takes 10 MiB.",
    "By 10 views of 3 parts RevGNN-32 scores 4.10 points more (3 seeds) than by 1 view of 5 " +
    "parts; in the paper RevGNN-Deep 0.68 points more and RevGNN-Wide 0.62 points more.",
  ]);
});

Deno.test("inferenceVerdict() says so where views cost points or do nothing, and of one seed", () => {
  const worse = inference.scales.quick.slice(0, 1)
    .map((run) => rowWith(run, ({ views, parts }) => parts === 5 ? 0.7 : 0.8 - 0.001 * views));
  assertEquals(inferenceVerdict(worse, paper).split("\n"), [
    "On wordnet-frames RevGNN-32, trained by 4 random parts, has a test ROC-AUC of 79.00 % averaged " +
    "over 10 views of 3 parts, 0.90 points less (one seed) than by one view; by 5 parts the same (one " +
    "seed), by 10 parts 0.90 points less (one seed).",
    "The whole graph at once takes 30 MiB and scores 79.90 %, the same (one seed) as " +
    "the best way by parts, 1 view of 3 parts, which takes 10 MiB.",
    "By 10 views of 3 parts RevGNN-32 scores 9.00 points more (one seed) than by 1 view of 5 " +
    "parts; in the paper RevGNN-Deep 0.68 points more and RevGNN-Wide 0.62 points more.",
  ]);
});

Deno.test("inferenceVerdict() is silent of what no row tells", () => {
  assertEquals(inferenceVerdict([], paper), "Nothing has been measured yet.");
  const refused = quick.map(({ inferred: _, ...row }): Row => ({ ...row, status: "does not fit" }));
  assertEquals(
    inferenceVerdict(refused, paper),
    "No model has been scored by views yet: 3 runs do not fit.",
  );
  const single = one.map((row): Row => ({ ...row, inferred: row.inferred!.slice(0, 2) }));
  assertEquals(inferenceVerdict(single, paper).split("\n"), [
    "On wordnet-frames RevGNN-32 has a test ROC-AUC of 80.00 % by the whole graph and 78.00 % by 1 " +
    "view of 3 parts.",
    "The whole graph at once takes 30 MiB and scores 80.00 %, 2.00 points more (one seed) than the " +
    "best way by parts, 1 view of 3 parts, which takes 10 MiB.",
  ]);
});

Deno.test("inferenceVerdict() speaks of every model", () => {
  const rows = inference.rowsOf!.flatMap((other) => other.scales.paper)
    .map(fixtureRow);
  const lines = inferenceVerdict(rows, paper).split("\n");
  assertEquals(lines.map((line) => line.split(" ").slice(0, 4).join(" ")), [
    "On ogbn-proteins RevGNN-Deep has",
    "By 10 views of",
    "On ogbn-proteins RevGNN-Wide has",
    "By 10 views of",
  ]);
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
  assertEquals(document.querySelectorAll("figure svg").length, 3);
  const rows = [...document.querySelectorAll("tbody tr")].map((row) =>
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
