import { parseHTML } from "linkedom";
import { complexity, DIMENSIONS, METHODS, type Powers } from "../../../experiments/complexity.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import {
  growthsOf,
  measuredMethods,
  powerText,
} from "../../../reports/experiments/complexity/growth.ts";
import { growthCharts } from "../../../reports/experiments/complexity/charts.ts";
import { growthTable, sizesTable } from "../../../reports/experiments/complexity/tables.ts";
import { lineChart } from "../../../reports/charts/lines.ts";
import { pageHtml } from "../../../reports/pages/page.ts";
import { powerLaw } from "../../../reports/experiments/complexity/power_law.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { FLOAT64 } from "../../tolerances.ts";
import { findingsOf } from "../findings_of.ts";
import { growthRows } from "../growth_rows.ts";
import { assertSnapshot } from "../snapshot.ts";

const rows = growthRows();

function rowsOf(name: string, parts: boolean): Row[] {
  return rows.filter((row) => row.name.startsWith(`${name}-`) && row.parts > 1 === parts);
}

/** `O(LD²)`, as the paper writes it. */
function order(powers: Powers): string {
  const factors = DIMENSIONS.flatMap((size) =>
    powers[size] ? [size + ["", "", "²"][powers[size]]] : []
  );
  return `O(${factors.join("")})`;
}

Deno.test("METHODS have the powers that they print", () => {
  const measured = METHODS.filter((method) => method.measured);
  assertEquals(measured.length, 7);
  for (const { name, activations, parameters, measured: of } of measured) {
    assertEquals([order(of!.activations), order(of!.parameters)], [activations, parameters], name);
  }
});

Deno.test("complexity varies one size at a time, three values of it at least", () => {
  for (const runs of Object.values(complexity.scales)) {
    assert(runs.every(({ epochs, seed }) => epochs === 0 && seed === 0));
    // All of one part's nodes, whatever their number: parts of equal size.
    for (const { parts, evaluateParts, planted } of runs) {
      assertEquals(planted!.nodes! % parts, 0);
      assertEquals(evaluateParts ?? 1, parts);
    }
  }
});

Deno.test("powerLaw() finds the power of the upper half", () => {
  const law = powerLaw([[1, 70], [2, 12], [4, 48], [8, 192]])!;
  assert(Math.abs(law.exponent - 2) <= FLOAT64, String(law.exponent));
  assert(Math.abs(law.factor - 3) <= 10 * FLOAT64, String(law.factor));
  assertEquals([law.from, law.to], [2, 8]);
  // Unsorted, five points: the last three.
  assertEquals(powerLaw([[16, 1], [1, 1], [8, 1], [4, 1], [2, 1]])!.from, 4);
  assertEquals(powerLaw([[1, 1], [2, 2]]), null);
});

Deno.test("complexity finds exponents beside the paper's, and names those that are not", () => {
  const exponents = "bytes, exponents to 0.15, no seed needed";
  assertEquals(findingsOf(complexity, rows), [
    {
      claim: "RevGNN’s activations take O(ND)",
      ours: "L^0.00 N^1.00 D^1.00",
      paper: "O(ND)",
      verdict: "agrees",
      seeds: null,
      test: exponents,
    },
    {
      claim: "ResGNN’s activations take O(LND)",
      ours: "L^1.00 N^1.00 D^1.00",
      paper: "O(LND)",
      verdict: "agrees",
      seeds: null,
      test: exponents,
    },
    {
      claim: "All activations grow as in the table",
      ours: "23 of 23 exponents",
      paper: "the table’s O(·)",
      verdict: "agrees",
      seeds: null,
      test: exponents,
    },
    {
      claim: "All parameters grow as in the table",
      ours: "23 of 23 exponents",
      paper: "the table’s O(·)",
      verdict: "agrees",
      seeds: null,
      test: exponents.replace("bytes", "counted"),
    },
  ]);
  const kept = rowsOf("RevGNN", false)
    .map((row): Row => ({ ...row, activationBytes: row.activationBytes * row.model.layers }));
  assertEquals(findingsOf(complexity, kept).map(({ ours, verdict }) => [ours, verdict]), [
    ["L^1.00 N^1.00 D^1.00", "differs"],
    ["2 of 3 exponents, not RevGNN L^1.00", "differs"],
    ["3 of 3 exponents", "agrees"],
  ]);
  assertEquals(findingsOf(complexity, rowsOf("RevGNN", false).slice(0, 1)), []);
});

Deno.test("growthsOf() takes the times of one adapter, so that another bends no exponent", () => {
  const own = rowsOf("RevGNN", false);
  const deepest = Math.max(...own.map(({ model }) => model.layers));
  const mixed = own.map((row): Row =>
    row.model.layers === deepest ? { ...row, adapter: "another", secondsPerStep: 1e6 } : row
  );
  const seconds = measuredMethods(mixed).flatMap((method) => growthsOf(mixed, method, "seconds"));
  assertEquals(seconds.map(powerText), ["L^1.00", "N^1.00", "D^1.00"]);
  assert(growthTable(mixed).notes.includes("Times are those on fixture adapter."));
  assertEquals(sizesTable(mixed).rows.filter((cells) => cells.at(-1)![0] === "–").length, 1);
});

Deno.test("growthCharts() draws one line for methods of equal points, by its first name", () => {
  const charts = growthCharts(rows);
  assertEquals(
    charts.map(({ id }) => id),
    ["L", "N", "B", "D"].map((size) => `activations-${size}`),
  );
  const measured = charts[0]!.series.filter(({ dashed }) => !dashed);
  assertEquals(measured.map(({ label: [name] }) => name), [
    "ResGNN",
    "ResGNN by parts",
    "RevGNN",
    "RevGNN by parts",
  ]);
  const fitted = "ResGNN L^1.00, ResGNN by parts L^1.00, RevGNN L^0.00 and RevGNN by parts L^0.00.";
  assert(charts[0]!.caption.endsWith(`upper half of the points: ${fitted}`), charts[0]!.caption);
  assert(charts[0]!.caption.includes("WT-RevGNN and DEQ-GNN as RevGNN"), charts[0]!.caption);
  assertSnapshot("complexity_layers", lineChart(charts[0]!));
  assertSnapshot("complexity_nodes", lineChart(charts[1]!));
});

Deno.test("growthCharts() crosses what does not fit", () => {
  const refused = rows.map((row): Row => ({ ...row, status: "does not fit" }));
  const [chart] = growthCharts(refused);
  const marks = chart!.series.flatMap(({ points }) => points.map(({ mark }) => mark));
  assertEquals(new Set(marks), new Set(["cross", "none"]));
});

/** The cells of the table row that starts so, lines of a cell joined by a bar. */
function cellsOf(html: string, name: string): string[] {
  const cells = [...parseHTML(html).document.querySelectorAll(".scroll tbody tr")].map((row) =>
    [...row.children].map(({ children, textContent }) =>
      [...children].map((line) => line.textContent).join("|") || textContent!
    )
  );
  return cells.find(([first]) => first === name) ?? [];
}

Deno.test("pageHtml() has a chart a size, exponents beside the paper's, and every run", () => {
  const page = pageOf(complexity, "quick", rows);
  const html = pageHtml(page);
  const { document } = parseHTML(html);
  assertEquals(document.querySelectorAll("main > .figures svg[role]").length, 4);
  assertEquals(document.querySelectorAll(".scroll table").length, 2);
  assertEquals(document.querySelectorAll(".scroll tbody tr").length, METHODS.length + rows.length);
  assertEquals(document.querySelectorAll(".missing").length, 0);
  assertEquals(cellsOf(html, "RevGNN by parts"), [
    "RevGNN by parts",
    "L^0.00 ✓|N^0.00 ✓|B^1.00 ✓|D^1.00 ✓",
    "L^1.00 ✓|N^0.00 ✓|B^0.00 ✓|D^2.00 ✓",
    "L^1.00|N^1.00|B^0.00|D^1.00",
    "O(BD)",
    "O(LD²)",
  ]);
  const sage = cellsOf(html, "GraphSAGE, R neighbours");
  assertEquals(sage.slice(1), ["–", "–", "–", "O(RᴸBD)", "O(LD²)"]);
});

Deno.test("pageHtml() draws complexity without any row", () => {
  const html = pageHtml(pageOf(complexity, "quick", []));
  assert(!/NaN|Infinity|undefined|null/.test(html), html.match(/.{40}(NaN|Inf|undef|null)/)?.[0]);
});
