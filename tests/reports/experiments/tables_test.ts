/** Pages of the experiments that are tables: what they say, draw and list, whatever rows there are. */
import { parseHTML } from "linkedom";
import { arxiv as arxivAtAll } from "../../../experiments/arxiv.ts";
import type { Experiment } from "../../../experiments/experiment.ts";
import { products as productsAtAll } from "../../../experiments/products.ts";
import { proteins as proteinsAtAll } from "../../../experiments/proteins.ts";
import { drawChart } from "../../../reports/charts/draw.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import { pageHtml } from "../../../reports/pages/page.ts";
import { memoryDots, scoreDots } from "../../../reports/figures/table_dots.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { overSeeds, verdictsOf } from "../findings_of.ts";
import { assertSnapshot } from "../snapshot.ts";
import { tableRows } from "../table_rows.ts";
import { asQuick } from "../fixture_rows.ts";

const proteins = asQuick(proteinsAtAll);
const arxiv = asQuick(arxivAtAll, 3);
const products = asQuick(productsAtAll, 3);

const TABLES = [proteins, arxiv, products];
const QUICK = new Map<Experiment, Row[]>([
  [
    proteins,
    tableRows(proteins, "quick", {
      GCN: 70,
      GraphSAGE: 71.5,
      GAT: 72,
      DeeperGCN: 74.1,
      "RevGNN-Deep": 75.25,
      "RevGNN-Wide": 75.5,
    }),
  ],
  [
    arxiv,
    tableRows(arxiv, "quick", {
      GCN: 70,
      GraphSAGE: 69,
      GAT: 71.25,
      "RevGCN-Deep": 70.75,
      RevGAT: 75.75,
      "RevGAT-Wide": 75.8,
      "RevGAT-SelfKD": 76.25,
    }),
  ],
  [products, tableRows(products, "quick", { "RevGNN-7": 75, "RevGNN-28": 75.75 })],
]);

/** The cells of the table row of a model, lines of a cell joined by a bar. */
function cellsOf(html: string, name: string): string[] {
  const rows = [...parseHTML(html).document.querySelectorAll(".scroll tbody tr")].map((row) =>
    [...row.children].map(({ children, textContent }) =>
      [...children].map((line) => line.textContent).join("|") || textContent
    )
  );
  return rows.find(([first]) => first === name) ?? [];
}

for (const table of TABLES) {
  const { name } = table;
  const rows = QUICK.get(table)!;
  const { dataset } = rows[0]!;
  const charts = {
    scores: scoreDots(rows, dataset, table),
    memory: memoryDots(rows, dataset, table),
  };

  for (const [chart, drawn] of Object.entries(charts)) {
    Deno.test(`${name}'s page draws ${chart} as it did before`, () => {
      assertSnapshot(`${name}_${chart}`, drawChart(drawn));
    });
  }

  Deno.test(`${name}'s page has two charts, and a table row for each model, the paper's too`, () => {
    const page = pageOf(table, "quick", rows);
    const { document } = parseHTML(pageHtml(page));
    assertEquals(document.querySelectorAll("main > .figures svg[role]").length, 2);
    const ours = new Set(rows.map((row) => row.name));
    const alone = table.paper.series.filter(({ beside }) => !beside.some((one) => ours.has(one)));
    assertEquals(document.querySelectorAll(".scroll tbody tr").length, ours.size + alone.length);
    assertEquals(document.querySelectorAll(".missing").length, 0);
    const width = document.querySelectorAll(".scroll thead tr:last-child th").length;
    for (const row of document.querySelectorAll(".scroll tbody tr")) {
      assertEquals(row.children.length, width);
    }
  });

  Deno.test(`${name}'s page is whole with rows that do not fit, with one, and with none`, () => {
    const refused = rows.map((row): Row => ({
      ...row,
      status: "does not fit",
      memoryBudget: 2 ** 20,
      scores: null,
      secondsPerEpoch: null,
    }));
    for (const some of [refused, rows.slice(0, 1), []]) {
      const page = pageOf(table, "quick", some);
      const html = pageHtml(page);
      assert(
        !/NaN|Infinity|undefined|null/.test(html),
        html.match(/.{40}(NaN|Inf|undef|null)/)?.[0],
      );
      assert(
        page.findings.every(({ verdict, seeds }) => verdict === "cannot tell" || seeds === null),
      );
    }
    assertEquals(pageOf(table, "quick", []).findings, []);
  });
}

Deno.test("proteins, arxiv and products find what the paper's tables claim, of three seeds", () => {
  const over = (table: Experiment) => {
    const rows = QUICK.get(table)!;
    return verdictsOf(table, rows.some(({ seed }) => seed > 0) ? rows : overSeeds(rows));
  };
  const changed = QUICK.get(proteins)!.map((row): Row => ({
    ...row,
    peakBytes: (row.model.kind === "rev-gnn" ? 20 : 60) * 2 ** 20,
  }));
  assertEquals(verdictsOf(proteins, overSeeds(changed)), [
    "RevGNN-Wide scores highest of 6 models: agrees",
    "RevGNN-Deep takes less memory than DeeperGCN: agrees",
    "RevGNN-Wide scores higher than RevGNN-Deep: agrees",
    "RevGNN-Wide takes less memory than DeeperGCN: agrees",
    "Models rank as in the paper’s table: differs",
  ]);
  assertEquals(over(arxiv), [
    "RevGAT-SelfKD scores highest of 7 models: cannot tell",
    "RevGAT-SelfKD scores higher than RevGAT: agrees",
    "RevGAT-Wide and RevGAT score alike: cannot tell",
    "Models rank as in the paper’s table: agrees",
  ]);
  assertEquals(over(products), [
    "RevGNN-28 scores higher than RevGNN-7: agrees",
    "RevGNN’s activations do not depend on depth: agrees",
  ]);
});

Deno.test("The page of proteins has a model's size, its scores and the paper's figures in one row", () => {
  const html = pageHtml(pageOf(proteins, "quick", QUICK.get(proteins)!));
  const cells = cellsOf(html, "RevGNN-Wide");
  assertEquals(cells.slice(-6), [
    "75.50",
    String(QUICK.get(proteins)!.at(-1)!.model.channels),
    "GEN",
    "RevGNN-Wide: 88.24 ± 0.15*",
    "RevGNN-Wide: 7.91 GB",
    "RevGNN-Wide: 68.47M",
  ]);
  assertEquals(cellsOf(html, "GCN").slice(-4), [
    "GCN",
    "GCN: 72.51 ± 0.35",
    "GCN: 4.68 GB",
    "GCN: 96.9K",
  ]);
  const alone = cellsOf(html, "UniMP+CEF");
  assertEquals(alone.slice(-4), [
    "–",
    "UniMP+CEF: 86.91 ± 0.18",
    "UniMP+CEF: 27.2 GB",
    "UniMP+CEF: 1.96M",
  ]);
  assert(alone.slice(1, -3).every((cell) => cell === "–"));
});

Deno.test("The page of arxiv has means over seeds, operators, and what the paper does not tell", () => {
  const html = pageHtml(pageOf(arxiv, "quick", QUICK.get(arxiv)!));
  assertEquals(cellsOf(html, "RevGAT-SelfKD").slice(-6), [
    "76.45 ± 0.20",
    String(QUICK.get(arxiv)!.at(-1)!.model.channels),
    "GAT",
    "RevGAT-SelfKD: 74.26 ± 0.17",
    "RevGAT-SelfKD: 6.60 GB",
    "RevGAT-SelfKD: 2.10M",
  ]);
  assertEquals(cellsOf(html, "GraphSAGE").slice(-4), [
    "SAGE",
    "GraphSAGE: 71.49",
    "–",
    "GraphSAGE: 219K",
  ]);
});

Deno.test("The page of products puts the paper's 112 layers beside ours of another depth", () => {
  const html = pageHtml(pageOf(products, "quick", QUICK.get(products)!));
  assertEquals(cellsOf(html, "RevGNN-28").slice(-3), [
    "SAGE",
    "RevGNN-112: 83.07 ± 0.30*",
    "RevGNN-112: 1.57 GB",
  ]);
  assert(html.includes("* RevGNN-112, 112 layers: 92.90 ± 0.07 on the validation part."));
});

Deno.test("Scores of a run that was asked for views are those averaged over them", () => {
  const scores = { train: 0.99, valid: 0.98, test: 0.97 };
  const rows = tableRows(proteins, "paper", { "RevGNN-Wide": 80 }).map((row): Row => ({
    ...row,
    inferred: [{ parts: 3, views: 10, scores, peakBytes: 1, seconds: 1 }],
  }));
  const page = pageOf(proteins, "paper", rows);
  const html = pageHtml(page);
  assertEquals(cellsOf(html, "RevGNN-Wide").slice(8, 11), [
    "99.00 ± 0.00",
    "98.00 ± 0.00",
    "97.00 ± 0.00",
  ]);
  assert(html.includes("averaged over 10 views of 3 random parts"));
});
