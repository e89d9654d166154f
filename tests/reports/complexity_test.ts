import { parseHTML } from "linkedom";
import { complexity, METHODS, type Powers, SIZES } from "../../experiments/complexity.ts";
import { pageOf } from "../../reports/experiment_page.ts";
import { growthCharts } from "../../reports/growth_charts.ts";
import { growthTable, sizesTable } from "../../reports/growth_tables.ts";
import { growthVerdict } from "../../reports/growth_verdict.ts";
import { lineChart } from "../../reports/line_chart.ts";
import { pageHtml } from "../../reports/page.ts";
import { powerLaw } from "../../reports/power_law.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { FLOAT64 } from "../tolerances.ts";
import { growthRows } from "./growth_rows.ts";
import { assertSnapshot } from "./snapshot.ts";

const rows = growthRows();
const MIB = 2 ** 20;

function rowsOf(name: string, parts: boolean): Row[] {
  return rows.filter((row) => row.name.startsWith(`${name}-`) && row.parts > 1 === parts);
}

/** A line of the verdict. */
function lineOf(rows: readonly Row[], start: string): string | undefined {
  return growthVerdict(rows).split("\n").find((line) => line.startsWith(start));
}

/** `O(LD²)`, as the paper writes it. */
function order(powers: Powers): string {
  const factors = SIZES.flatMap((size) => powers[size] ? [size + ["", "", "²"][powers[size]]] : []);
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
  assert(!(Math.abs(law.exponent - 2) > FLOAT64), String(law.exponent));
  assert(!(Math.abs(law.factor - 3) > 1e-9), String(law.factor));
  assertEquals([law.from, law.to], [2, 8]);
  // Unsorted, five points: the last three.
  assertEquals(powerLaw([[16, 1], [1, 1], [8, 1], [4, 1], [2, 1]])!.from, 4);
  assertEquals(powerLaw([[1, 1], [2, 2]]), null);
});

Deno.test("growthVerdict() sets exponents beside the paper's", () => {
  assertEquals(growthVerdict(rows).split("\n"), [
    "RevGNN's activations grow as L^0.00 N^1.00 D^1.00 (the paper: O(ND)), ResGNN's as L^1.00 " +
    "N^1.00 D^1.00 (O(LND)).",
    "With L = 128, N = 1000 and D = 32, RevGNN's take 1.95 MiB and ResGNN's take 250 MiB.",
    "Of activations, all 23 exponents are within 0.15 of the paper's.",
    "Of parameters, all 23 exponents are within 0.15 of the paper's.",
    "The time of a step grows as L^1.00 N^1.00 D^1.00 for RevGNN and L^1.00 N^1.00 D^1.00 for " +
    "ResGNN.",
  ]);
});

Deno.test("growthVerdict() says which exponents are not the paper's, and why", () => {
  const constant = rowsOf("ResGNN", false)
    .map((row): Row => ({ ...row, activationBytes: row.activationBytes + 100 * MIB }));
  assertEquals(
    lineOf(constant, "Of activations"),
    "Of activations, 0 of 3 exponents are within 0.15 of the paper's; not those of ResGNN in L " +
      "(0.55 instead of 1: 100 MiB of 350 MiB at L = 128 do not grow with it), ResGNN in N (0.14 " +
      "instead of 1: 100 MiB of 131 MiB at N = 16000 do not grow with it) and ResGNN in D (0.25 " +
      "instead of 1: 100 MiB of 163 MiB at D = 128 do not grow with it).",
  );
  const kept = rowsOf("RevGNN", false)
    .map((row): Row => ({ ...row, activationBytes: row.activationBytes * row.model.layers }));
  assertEquals(
    lineOf(kept, "Of activations"),
    "Of activations, 2 of 3 exponents are within 0.15 of the paper's; not those of RevGNN in L " +
      "(1.00 instead of 0).",
  );
  const square = rowsOf("ResGNN", false)
    .map((row): Row => ({ ...row, activationBytes: row.model.channels * row.activationBytes }));
  assert(
    lineOf(square, "Of activations")!.endsWith(
      "ResGNN in D (2.00 instead of 1: 23.4 MiB for each D at first, 93.8 MiB at last).",
    ),
  );
});

Deno.test("times of another adapter than most bend no exponent", () => {
  const own = rowsOf("RevGNN", false);
  const deepest = Math.max(...own.map(({ model }) => model.layers));
  const mixed = own.map((row): Row =>
    row.model.layers === deepest ? { ...row, adapter: "another", secondsPerStep: 1e6 } : row
  );
  assertEquals(
    lineOf(mixed, "The time of a step, on fixture adapter, grows as"),
    "The time of a step, on fixture adapter, grows as L^1.00 N^1.00 D^1.00 for RevGNN.",
  );
  assert(growthTable(mixed).notes.includes("Times are those on fixture adapter."));
  assertEquals(sizesTable(mixed).rows.filter((cells) => cells.at(-1)![0] === "–").length, 1);
});

Deno.test("growthVerdict() is silent of what no row tells", () => {
  assertEquals(growthVerdict([]), "Nothing has been measured yet.");
  assertEquals(
    growthVerdict(rowsOf("RevGNN", false).slice(0, 1)),
    "With L = 16, N = 1000 and D = 32, RevGNN's take 1.95 MiB.",
  );
  const tied = rowsOf("WT-RevGNN", false).map(({ secondsPerStep: _, ...row }): Row => row);
  assertEquals(growthVerdict(tied).split("\n").map((line) => line.slice(0, 14)), [
    "WT-RevGNN's ac",
    "With L = 128, ",
    "Of activations",
    "Of parameters,",
  ]);
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
  const cells = [...parseHTML(html).document.querySelectorAll("tbody tr")].map((row) =>
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
  assertEquals(document.querySelectorAll("figure svg").length, 4);
  assertEquals(document.querySelectorAll("table").length, 2);
  assertEquals(document.querySelectorAll("tbody tr").length, METHODS.length + rows.length);
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
