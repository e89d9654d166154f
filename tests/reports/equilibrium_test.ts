import { parseHTML } from "linkedom";
import { DEPTH } from "../../experiments/variable.ts";
import { equilibrium as equilibriumAtAll } from "../../experiments/equilibrium.ts";
import { pageOf } from "../../reports/experiment_page.ts";
import { equilibriumVerdict } from "../../reports/equilibrium_verdict.ts";
import { pageHtml } from "../../reports/page.ts";
import { solvesOf } from "../../reports/solves.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { asQuick, equilibriumRows } from "./fixture_rows.ts";

const equilibrium = asQuick(equilibriumAtAll);

const quick = equilibriumRows("quick");
const solved = quick.filter((row) => row.model.kind === "deq-gnn");
const stacked = quick.filter((row) => row.model.kind === "res-gnn");

/** A line of the verdict. */
function lineOf(rows: readonly Row[], start: string): string | undefined {
  return equilibriumVerdict(rows, DEPTH).split("\n").find((line) => line.startsWith(start));
}

function withTest(rows: readonly Row[], test: (depth: number) => number): Row[] {
  return rows.map((row) => ({ ...row, scores: { ...row.scores!, test: test(DEPTH.of(row)) } }));
}

/** The cells of the table row that starts with these two, lines of a cell joined by a bar. */
function cellsOf(html: string, name: string, depth: number): string[] {
  const rows = [...parseHTML(html).document.querySelectorAll("tbody tr")].map((row) =>
    [...row.children].map(({ children, textContent }) =>
      [...children].map((line) => line.textContent).join("|") || textContent
    )
  );
  return rows.find(([a, b]) => a === name && b === String(depth)) ?? [];
}

Deno.test("equilibriumVerdict() tells memory, scores, convergence and the solvers apart", () => {
  assertEquals(equilibriumVerdict(quick, DEPTH).split("\n"), [
    "DEQ-GNN-32's activations take 31.2 MiB at 3 and at 28 solver steps; WT-ResGNN-32's " +
    "activations grow by 21.9 MiB a layer, from 96.9 MiB at 3 layers to 644 MiB at 28.",
    "With 14 layers or solver steps, the test ROC-AUC on wordnet-frames is 82.17 % for " +
    "WT-ResGNN-32 and 82.57 % for DEQ-GNN-32: 0.40 points more (one seed). " +
    "DEQ-GNN-32 is ahead at 3, 7 and 14.",
    "Convergence: 25 % of 24 evaluation solves missed 1e-3 (6 of 6 at 3 solver steps); 30 % of " +
    "120 training solves missed 1e-3 (30 of 30 at 3 and 6 of 30 at 7 solver steps); 30 % of 120 " +
    "adjoint solves missed 1e-3 (30 of 30 at 3 and 6 of 30 at 7 solver steps).",
    "On the trained model a residual of 1e-3 is reached by Anderson after 9 steps, by Broyden " +
    "after 14 steps and not by fixed-point iteration (12 steps, 0.13 at best).",
  ]);
});

Deno.test("equilibriumVerdict() says who is behind, level and ahead as scores are printed", () => {
  const scores: Record<number, number> = { 3: 0.7, 7: 0.80001, 14: 0.75, 28: 0.9 };
  const rows = [...withTest(stacked, () => 0.8), ...withTest(solved, (depth) => scores[depth]!)];
  assertEquals(
    lineOf(rows, "With"),
    "With 14 layers or solver steps, the test ROC-AUC on wordnet-frames is 80.00 % for " +
      "WT-ResGNN-32 and 75.00 % for DEQ-GNN-32: 5.00 points less (one seed). " +
      "DEQ-GNN-32 is behind at 3 and 14 and level at 7.",
  );
  const level = rows.filter((row) => DEPTH.of(row) === 7);
  assert(lineOf(level, "With")!.endsWith("80.00 % for DEQ-GNN-32: no difference (one seed)."));
});

Deno.test("equilibriumVerdict() calls level what is within the seeds' spread", () => {
  const rows = [...withTest(stacked, () => 0.8), ...withTest(solved, () => 0.801)]
    .flatMap((row) =>
      [0, 1].map((seed): Row => ({
        ...row,
        seed,
        scores: { ...row.scores!, test: row.scores!.test + 0.002 * seed },
      }))
    );
  const line = lineOf(rows, "With")!;
  assert(line.includes("0.10 points more (within the spread of 2 seeds)"), line);
  assert(line.endsWith("DEQ-GNN-32 is level at 3, 7 and 14."), line);
});

Deno.test("equilibriumVerdict() says so where all solves converged, and to which residual", () => {
  const loose = solved.slice(2).map((row): Row => {
    const equilibrium = { ...row.model.equilibrium, adjointTolerance: 1e-2 };
    return { ...row, model: { ...row.model, equilibrium } };
  });
  assertEquals(
    lineOf(loose, "Convergence"),
    "Convergence: all of 12 evaluation solves reached 1e-3; all of 60 training solves reached " +
      "1e-3; all of 60 adjoint solves reached 1e-2.",
  );
});

Deno.test("equilibriumVerdict() is silent of what no row tells", () => {
  assertEquals(equilibriumVerdict([], DEPTH), "Nothing has been measured yet.");
  assertEquals(equilibriumVerdict(stacked, DEPTH).split("\n").length, 1);
  const unrolled = solved.map(({ solves: _, residuals: __, ...row }) => row);
  assertEquals(equilibriumVerdict(unrolled, DEPTH).split("\n").length, 1);
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
  assertEquals(document.querySelectorAll("figure svg").length, 4);
  assertEquals(document.querySelectorAll("tbody tr").length, 8);
  assertEquals(document.querySelectorAll(".missing").length, 0);
  assertEquals(document.querySelector(".verdict p:last-child")?.textContent, page.verdict);
  const text = document.body.textContent!;
  assert(text.includes("anderson, tolerance 1e-3, implicit gradient"), text);
  const [width, none] = [document.querySelectorAll("thead tr:last-child th").length, "–"];
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
    html.includes("5 of 8 runs not run yet: DEQ-GNN-32 at 7, 14 and 28 solver steps (seed 0)"),
  );
  assert(html.includes("WT-ResGNN-32 at 14 and 28 layers (seed 0)."));
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
