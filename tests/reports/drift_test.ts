import { parseHTML } from "linkedom";
import { drift } from "../../experiments/drift.ts";
import { driftCharts } from "../../reports/drift_charts.ts";
import { driftVerdict } from "../../reports/drift_verdict.ts";
import { pageOf } from "../../reports/experiment_page.ts";
import { lineChart } from "../../reports/line_chart.ts";
import { pageHtml } from "../../reports/page.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { fixtureRow } from "./fixture_rows.ts";
import { assertSnapshot } from "./snapshot.ts";

const quick = drift.scales.quick.map(fixtureRow);
const layer = quick.filter((row) => row.model.norm !== "batch");

/** A line of the verdict. */
function lineOf(rows: readonly Row[], start: string): string | undefined {
  return driftVerdict(rows).split("\n").find((line) => line.startsWith(start));
}

function withDrift(rows: readonly Row[], drifted: Row["drifted"]): Row[] {
  return rows.map((row) => ({ ...row, drifted }));
}

Deno.test("driftVerdict() tells norms and weights apart", () => {
  assertEquals(driftVerdict(quick).split("\n"), [
    "After 448 layers the gradients of rebuilt activations are off by 9e-4 of the largest value " +
    "with layer norms and 0.9 with batch norms (one seed).",
    "By more than 1 % they are off in 5 of 14 cases: batch norms, fresh, at 7, 28, 112 and 448 " +
    "layers and batch norms, after 20 epochs, at 112 layers.",
    "The first layer's input, rebuilt last, drifts from 7e-6 at 7 to 4.5e-4 at 448 layers with " +
    "layer norms and from 7e-3 at 7 to 0.45 at 448 layers with batch norms.",
    "Training changes the gradients' drift: 2.2e-4 before and 2.2e-5 after 20 epochs with layer " +
    "norms (112 layers) and 0.22 before and 2.2e-2 after 20 epochs with batch norms (112 layers).",
  ]);
});

Deno.test("driftVerdict() says so where no gradient is off by much", () => {
  assertEquals(
    lineOf(layer, "No gradient"),
    "No gradient is off by more than 1 % of the largest, in 7 cases of up to 448 layers.",
  );
  assert(lineOf(withDrift(layer, { firstState: 1, gradients: 1e-2 }), "No gradient") !== undefined);
  const worse = withDrift(layer, { firstState: 0, gradients: 1.01e-2 });
  assert(lineOf(worse, "By more than 1 % they are off in 7 of 7 cases") !== undefined);
});

Deno.test("driftVerdict() and driftCharts() take the worst seed, and no number for the worst", () => {
  const [row] = layer as [Row];
  const seeds = [1e-5, 3e-5, 2e-5].map((gradients, seed): Row => ({
    ...row,
    seed,
    drifted: { firstState: 0, gradients },
  }));
  assertEquals(
    driftVerdict(seeds).split("\n")[0],
    "After 7 layers the gradients of rebuilt activations are off by 3e-5 of the largest value " +
      "with layer norms (the worst of 3 seeds).",
  );
  const [gradients, firstState] = driftCharts(seeds);
  assertEquals(gradients!.series[0]!.points.map(({ y }) => y), [3e-5]);
  // A logarithmic axis has no place for 0.
  assertEquals(firstState!.series[0]!.points, []);
  const lost = [...seeds, { ...row, seed: 3, drifted: { firstState: 1, gradients: null } }];
  assert(driftVerdict(lost).includes("off by no number of the largest value"), driftVerdict(lost));
  assert(lineOf(lost, "By more than 1 % they are off in 1 of 1 case") !== undefined);
  assertEquals(driftCharts(lost)[0]!.series[0]!.absent.map(({ x }) => x), [7]);
});

Deno.test("driftVerdict() is silent of what no row tells", () => {
  assertEquals(driftVerdict([]), "Nothing has been measured yet.");
  const refused = quick.map(({ drifted: _, ...row }): Row => ({ ...row, status: "does not fit" }));
  assertEquals(driftVerdict(refused), "No drift has been measured yet: 14 runs do not fit.");
  const trained = layer.filter(({ epochs }) => epochs > 0);
  assertEquals(
    driftVerdict(trained).split("\n")[0],
    "After 112 layers the gradients of rebuilt activations are off by 2.2e-5 of the largest value " +
      "with layer norms after 20 epochs (one seed).",
  );
  assertEquals(driftVerdict(trained).split("\n").length, 2);
});

Deno.test("driftCharts() draw a line for each model", () => {
  const [gradients, firstState] = driftCharts(quick);
  assertEquals(gradients!.series.map(({ label: [name], tone, shape }) => [name, tone, shape]), [
    ["layer norms", "layer-norms", "circle"],
    ["batch norms", "batch-norms", "circle"],
    ["layer, trained", "layer-norms", "triangle"],
    ["batch, trained", "batch-norms", "triangle"],
  ]);
  assert(gradients!.caption.endsWith("one seed. Trained: after 20 epochs."), gradients!.caption);
  assertSnapshot("drift_gradients", lineChart(gradients!));
  assertSnapshot("drift_none", lineChart({ ...firstState!, series: [] }));
});

Deno.test("pageHtml() has two charts, no figures of the paper, and a row a case", () => {
  const html = pageHtml(pageOf(drift, "quick", quick));
  const { document } = parseHTML(html);
  assertEquals(document.querySelectorAll("figure svg").length, 2);
  assertEquals(document.querySelectorAll("tbody tr").length, 14);
  assertEquals(document.querySelectorAll("th[scope=colgroup]").length, 1);
  const rows = [...document.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map(({ textContent }) => textContent)
  );
  assertEquals(rows.at(-1), [
    "RevGNN-16",
    "112",
    "batch norms",
    "after 20 epochs",
    "1",
    "1.1e-2",
    "2.2e-2",
    "86.17",
  ]);
  assert(document.querySelector(".where")!.textContent!.includes("The reversible layers of “"));
  for (const rows of [[], quick.slice(0, 1)]) {
    const html = pageHtml(pageOf(drift, "quick", rows));
    assert(!/NaN|Infinity|undefined|null/.test(html), html.match(/.{40}(NaN|Inf|undef|null)/)?.[0]);
  }
});
