import { parseHTML } from "linkedom";
import { drift } from "../../../experiments/drift.ts";
import { driftCharts } from "../../../reports/experiments/drift/charts.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import type { Finding } from "../../../reports/findings/finding.ts";
import { lineChart } from "../../../reports/charts/lines.ts";
import { pageHtml } from "../../../reports/pages/page.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { fixtureRow } from "../fixture_rows.ts";
import { findingsOf, verdictsOf } from "../findings_of.ts";
import { assertSnapshot } from "../snapshot.ts";

const quick = drift.scales.quick.map(fixtureRow);
const floats = quick.filter((row) => row.model.state === "float");
const layer = floats.filter((row) => row.model.norm !== "batch");

Deno.test("drift finds norms and weights apart, each at its deepest", () => {
  const claim = "Gradients by rebuilt activations hold";
  assertEquals(verdictsOf(drift, quick), [
    `${claim}: layer norms, fresh: agrees`,
    `${claim}: batch norms, fresh: differs`,
    `${claim}: layer norms, fixed point, fresh: agrees`,
    `${claim}: batch norms, fixed point, fresh: agrees`,
    `${claim}: layer norms, after 20 epochs: agrees`,
    `${claim}: batch norms, after 20 epochs: differs`,
    `${claim}: layer norms, fixed point, after 20 epochs: agrees`,
    `${claim}: batch norms, fixed point, after 20 epochs: agrees`,
  ]);
  assertEquals(findingsOf(drift, quick).map(({ ours }) => ours), [
    "9e-4 of the largest off after 448 layers",
    "0.9 of the largest off after 448 layers",
    "equal to the bit after 448 layers",
    "equal to the bit after 448 layers",
    "2.2e-5 of the largest off after 112 layers",
    "2.2e-2 of the largest off after 112 layers",
    "equal to the bit after 112 layers",
    "equal to the bit after 112 layers",
  ]);
  const refused = quick.map(({ drifted: _, ...row }): Row => ({ ...row, status: "does not fit" }));
  assertEquals(findingsOf(drift, refused), []);
});

Deno.test("drift and driftCharts() take the worst seed, and no number for the worst", () => {
  const [row] = layer as [Row];
  const seeds = [1e-5, 3e-5, 2e-5].map((gradients, seed): Row => ({
    ...row,
    seed,
    drifted: { firstState: 0, gradients },
  }));
  const [{ ours, verdict, test }] = findingsOf(drift, seeds) as [Finding];
  assertEquals([ours, verdict], ["3e-5 of the largest off after 3 layers", "agrees"]);
  assertEquals(test, "at most 1 % off, the worst of 3 seeds");
  const [gradients, firstState] = driftCharts(seeds);
  assertEquals(gradients!.series[0]!.points.map(({ y }) => y), [3e-5]);
  // A logarithmic axis has no place for 0: it has a mark below.
  assertEquals(firstState!.series[0]!.points, []);
  assertEquals(firstState!.series[0]!.absent.map(({ x, mark }) => [x, mark]), [[3, "filled"]]);
  assertEquals(firstState!.strip, "0, exact");
  const lost = [...seeds, { ...row, seed: 3, drifted: { firstState: 1, gradients: null } }];
  assertEquals(findingsOf(drift, lost).map(({ ours, verdict }) => [ours, verdict]), [
    ["no number of the largest off after 3 layers", "differs"],
  ]);
  const [crossed, both] = driftCharts([
    ...lost,
    ...quick.filter(({ model }) => model.state === "fixed"),
  ]);
  assertEquals(crossed!.series[0]!.absent.map(({ x, mark }) => [x, mark]), [[3, "cross"]]);
  assertEquals(crossed!.strip, "0, exact, × no number");
  assertEquals(driftCharts(lost)[0]!.strip, "no number");
  assertEquals(both!.strip, "0, exact");
});

Deno.test("driftCharts() draw a line for each model", () => {
  const [gradients, firstState] = driftCharts(quick);
  assertEquals(gradients!.series.map(({ label: [name], tone, shape }) => [name, tone, shape]), [
    ["layer norms", "layer-norms", "circle"],
    ["batch norms", "batch-norms", "circle"],
    ["layer norms", "layer-norms", "diamond"],
    ["batch norms", "batch-norms", "diamond"],
    ["layer, trained", "layer-norms", "triangle"],
    ["batch, trained", "batch-norms", "triangle"],
    ["layer, trained", "layer-norms", "diamond"],
    ["batch, trained", "batch-norms", "diamond"],
  ]);
  assert(
    gradients!.caption.includes("one seed. Trained: after 20 epochs. Diamonds: "),
    gradients!.caption,
  );
  assertSnapshot("drift_gradients", lineChart(gradients!));
  assertSnapshot("drift_none", lineChart({ ...firstState!, series: [] }));
});

Deno.test("pageHtml() has two charts, no figures of the paper, and a row a case", () => {
  const html = pageHtml(pageOf(drift, "quick", quick));
  const { document } = parseHTML(html);
  assertEquals(document.querySelectorAll("main > .figures svg[role]").length, 2);
  assertEquals(document.querySelectorAll(".scroll tbody tr").length, 28);
  assertEquals(document.querySelectorAll(".scroll th[scope=colgroup]").length, 1);
  const rows = [...document.querySelectorAll(".scroll tbody tr")].map((row) =>
    [...row.children].map(({ textContent }) => textContent)
  );
  assertEquals(rows.at(-1), [
    "RevGNN-16",
    "112",
    "batch norms",
    "fixed point",
    "after 20 epochs",
    "1",
    "0",
    "0",
    "86.17",
  ]);
  assert(document.querySelector(".where")!.textContent!.includes("The reversible layers of “"));
  for (const rows of [[], quick.slice(0, 1)]) {
    const html = pageHtml(pageOf(drift, "quick", rows));
    assert(!/NaN|Infinity|undefined|null/.test(html), html.match(/.{40}(NaN|Inf|undef|null)/)?.[0]);
  }
});
