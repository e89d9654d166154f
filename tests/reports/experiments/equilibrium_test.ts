import { parseHTML } from "linkedom";
import { equilibrium as equilibriumAtAll } from "../../../experiments/equilibrium.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import { pageHtml } from "../../../reports/pages/page.ts";
import { solvesOf } from "../../../reports/findings/solves.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { findingOf, overSeeds, verdictsOf } from "../findings_of.ts";
import { asQuick, equilibriumRows } from "../fixture_rows.ts";

const equilibrium = asQuick(equilibriumAtAll);

const quick = equilibriumRows("quick");
const solved = quick.filter((row) => row.model.equilibrium?.gradient.kind === "implicit");
const stacked = quick.filter((row) => row.model.kind === "res-gnn");

/** The cells of the table row that starts with these two, lines of a cell joined by a bar. */
function cellsOf(html: string, name: string, depth: number): string[] {
  const rows = [...parseHTML(html).document.querySelectorAll(".scroll tbody tr")].map((row) =>
    [...row.children].map(({ children, textContent }) =>
      [...children].map((line) => line.textContent).join("|") || textContent
    )
  );
  return rows.find(([a, b]) => a === name && b === String(depth)) ?? [];
}

Deno.test("equilibrium finds memory, scores of seeds alone, and solves that missed", () => {
  const claims = [
    "DEQ-GNN-32’s activations do not depend on solver steps",
    "WT-ResGNN-32 scores higher than DEQ-GNN-32, with 14 layers and solver steps",
    "WT-ResGNN-32’s activations grow with every layer",
    "DEQ-GNN-32 scores higher with 14 solver steps than with 3",
    "DEQ-GNN-32’s solves reach their tolerance within 28 solver steps",
    "DEQ-GNN-32, reversible: a step adds less than 1 % to the activations",
    "DEQ-GNN-32, reversible, scores higher than by the implicit gradient, with 14 solver steps",
  ];
  const all = (...verdicts: string[]) => claims.map((claim, i) => `${claim}: ${verdicts[i]}`);
  const one = all(
    ...["agrees", "cannot tell", "agrees", "cannot tell", "agrees", "agrees"],
    "cannot tell",
  );
  assertEquals(verdictsOf(equilibrium, quick), one);
  // The fixture's equilibria score more than what is stacked, and the more the deeper.
  const three = all(
    ...["agrees", "differs", "agrees", "agrees", "agrees", "agrees"],
    "cannot tell",
  );
  assertEquals(verdictsOf(equilibrium, overSeeds(quick)), three);
  const missing = solved.map((row): Row => {
    const training = { ...row.solves!.training!, solves: 80, missed: 0.1 };
    return { ...row, solves: { training } };
  });
  const finding = findingOf(equilibrium, missing, "solves reach")!;
  assertEquals([finding.ours, finding.verdict], ["training 72 of 80", "differs"]);
  assertEquals(findingOf(equilibrium, stacked, "solves reach"), undefined);
});

Deno.test("solvesOf() weighs seeds by their solves, and keeps infinity", () => {
  const at = (solves: number, steps: number, worst: number | null, missed: number) => ({
    ...solved[0]!,
    solves: { training: { solves, steps, residual: worst, worstResidual: worst, missed } },
  });
  assertEquals(solvesOf([at(10, 4, 0.25, 0), at(30, 8, 0.5, 0.5), stacked[0]!]), {
    training: { solves: 40, steps: 7, residual: 0.4375, worstResidual: 0.5, missed: 0.375 },
  });
  const { residual, worstResidual } = solvesOf([at(1, 1, 0.5, 0), at(1, 1, null, 1)])!.training!;
  assertEquals([residual, worstResidual], [null, null]);
  assertEquals(solvesOf(stacked), null);
});

Deno.test("pageHtml() has four charts, and solves and the paper's figures beside each run", () => {
  const page = pageOf(equilibrium, "quick", quick);
  const html = pageHtml(page);
  const { document } = parseHTML(html);
  assertEquals(document.querySelectorAll("main > .figures svg[role]").length, 4);
  assertEquals(document.querySelectorAll(".scroll tbody tr").length, 11);
  assertEquals(document.querySelectorAll(".missing").length, 0);
  assertEquals(document.querySelectorAll(".findings tbody tr").length, page.findings.length);
  const text = document.body.textContent!;
  assert(text.includes("anderson, tolerance 1e-3, implicit gradient"), text);
  const [width, none] = [document.querySelectorAll(".scroll thead tr:last-child th").length, "–"];
  const shallow = cellsOf(html, "DEQ-GNN-32", 7);
  assertEquals(shallow.length, width);
  assertEquals(shallow.slice(-7), [
    "training|adjoint|evaluation",
    "7.0|7.0|7.0",
    "4.2e-3|4.2e-3|6.1e-4",
    "1.9e-2|1.9e-2|9.8e-4",
    "6 of 30|6 of 30|0 of 6",
    "DEQ-GNN-64: 82.82",
    none,
  ]);
  const tied = cellsOf(html, "WT-ResGNN-32", 28);
  assertEquals(tied.slice(-7), [none, none, none, none, none, "WT-ResGNN-64: 83.35", none]);
});

Deno.test("pageHtml() prints the paper's memory with a note of where it is from", () => {
  const html = pageHtml(pageOf(equilibrium, "full", equilibriumRows("full")));
  assertEquals(cellsOf(html, "DEQ-GNN-64", 56).slice(-2), [
    "DEQ-GNN-64: 83.17*",
    "DEQ-GNN-64: 2.22 GB",
  ]);
  assertEquals(cellsOf(html, "WT-ResGNN-64", 112).slice(-1), ["WT-ResGNN-64: 27.4 GB"]);
  assert(html.includes("* DEQ-GNN-64, 56 solver steps: the memory is Table 6's"));
});

Deno.test("pageHtml() names what is missing by layers or solver steps", () => {
  const html = pageHtml(pageOf(equilibrium, "quick", quick.slice(0, 3)));
  assert(
    html.includes("8 of 11 runs not run yet: WT-ResGNN-32 at 7, 14 and 28 layers (seed 0)"),
  );
  assert(
    html.includes("; DEQ-GNN-32 at 7, 14 and 28 solver steps (seed 0); DEQ-GNN-32, reversible at"),
  );
});

Deno.test("pageHtml() draws rows that do not fit, and none", () => {
  const refused = quick.map(({ solves: _, residuals: __, ...row }): Row => ({
    ...row,
    status: "does not fit",
    memoryBudget: 2 ** 20,
    scores: null,
    secondsPerEpoch: null,
  }));
  for (const rows of [refused, []]) {
    const html = pageHtml(pageOf(equilibrium, "quick", rows));
    assert(!/NaN|Infinity|undefined|null/.test(html), html.match(/.{40}(NaN|Inf|undef|null)/)?.[0]);
  }
});
