import { parseHTML } from "linkedom";
import { indexHtml } from "../../../reports/pages/index_page.ts";
import { memoryChart } from "../../../reports/figures/memory_chart.ts";
import { runTable } from "../../../reports/figures/run_table.ts";
import { EXPERIMENTS } from "../../../experiments/all.ts";
import { equilibrium as equilibriumAtAll } from "../../../experiments/equilibrium.ts";
import { operators as operatorsAtAll } from "../../../experiments/operators.ts";
import { memoryVsDepth as memoryVsDepthAtAll } from "../../../experiments/memory_vs_depth.ts";
import { weightTying as weightTyingAtAll } from "../../../experiments/weight_tying.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import { basisText, WHAT_SEEDS_SHARE } from "../../../reports/findings/finding.ts";
import { type Page, pageHtml } from "../../../reports/pages/page.ts";
import { workKey } from "../../../reports/rows/keys.ts";
import { appendRow, rowsPath } from "../../../reports/rows/rows.ts";
import { writeReports } from "../../../reports/pages/write.ts";
import { assert, assertEquals } from "../../assert.ts";
import { asQuick, fixtureRow, fixtureRows } from "../fixture_rows.ts";

const memoryVsDepth = asQuick(memoryVsDepthAtAll);
const equilibrium = asQuick(equilibriumAtAll);
const weightTying = asQuick(weightTyingAtAll);
const operators = asQuick(operatorsAtAll);

const EVIL = `</title><img src=x onerror="alert('&amp;')">`;

function textOf(html: string): string {
  return parseHTML(html).document.body.textContent ?? "";
}

const QUICK_RUNS = memoryVsDepth.scales.quick.length;

/** The cells of the table row that starts with these two. */
function cellsOf(html: string, name: string, layers: number): string[] {
  const rows = [...parseHTML(html).document.querySelectorAll(".scroll tbody tr")]
    .map((row) => [...row.children].map((cell) => cell.textContent ?? ""));
  return rows.find(([a, b]) => a === name && b === String(layers)) ?? [];
}

Deno.test("pageHtml() has its findings, three charts and a table row for each run", () => {
  const page = pageOf(memoryVsDepth, "quick", fixtureRows("quick"));
  const { document } = parseHTML(pageHtml(page));
  const cells = [...document.querySelectorAll(".findings tbody tr")].map((row) =>
    [...row.children].map(({ textContent }) => textContent)
  );
  assertEquals(
    cells,
    page.findings.map((one) => [
      one.claim,
      one.paper,
      one.ours,
      `${one.verdict}${basisText(one)}`,
    ]),
  );
  assertEquals(cells.length, 5);
  assert(textOf(pageHtml(page)).includes("seeds0; all on one split of the data"));
  assertEquals(document.querySelector(".findings .note")?.textContent, WHAT_SEEDS_SHARE);
  assertEquals(document.querySelectorAll("main > .figures svg[role]").length, 3);
  assertEquals(document.querySelectorAll(".curves svg[role]").length, 4);
  assertEquals(document.querySelectorAll(".scroll tbody tr").length, QUICK_RUNS);
  assertEquals(document.querySelectorAll(".missing").length, 0);
});

Deno.test("pageHtml() puts the paper's figures beside ours, as another data set's", () => {
  const html = pageHtml(pageOf(memoryVsDepth, "quick", fixtureRows("quick")));
  const heads = [...parseHTML(html).document.querySelectorAll(".scroll th[scope=colgroup]")];
  assertEquals(heads.map((head) => head.textContent), [
    "measured here, on wordnet-frames",
    "the paper, on ogbn-proteins",
  ]);
  const shallow = cellsOf(html, "RevGNN-64", 3);
  assertEquals(shallow.slice(2, 6), ["trained", "48,784", "31.9 MiB", "31.2 MiB"]);
  assertEquals(shallow.slice(8), [
    "88.90",
    "80.90",
    "79.90",
    "RevGNN-80: 84.71RevGNN-224: 85.09",
    "–",
  ]);
  const refused = cellsOf(html, "ResGNN-64", 112);
  assertEquals(refused.slice(2, 7), [
    "does not fit",
    "2,362,000",
    "needs 2.46 GiB",
    "2.43 GiB",
    "–",
  ]);
  assertEquals(refused.slice(-2), ["ResGNN-64: 85.94", "ResGNN-64: 27.1 GB"]);
});

Deno.test("pageHtml() gives mean ± sample standard deviation over seeds", () => {
  const cells = cellsOf(
    pageHtml(pageOf(memoryVsDepth, "full", fixtureRows("full"))),
    "RevGNN-80",
    3,
  );
  assertEquals(cells[2], "trained, 3 seeds");
  assertEquals(cells[10], "80.20 ± 0.30");
});

Deno.test("pageHtml() says which runs have no row, and leaves out other settings", () => {
  const rows = fixtureRows("quick").slice(0, 3);
  const text = textOf(
    pageHtml(pageOf(memoryVsDepth, "quick", [...rows, { ...rows[0]!, epochs: 1 }])),
  );
  assert(
    text.includes(`${QUICK_RUNS - 3} of ${QUICK_RUNS} runs not run yet: ResGNN-64 at 7, 14, 28,`),
  );
  assert(text.includes("RevGNN-32 at 7 and 112 layers (seed 0)."));
  assert(text.includes("1 row of other settings than this experiment's left out."));
});

Deno.test("pageOf() does not count or name what another experiment's file holds beside its rows", () => {
  const [row] = fixtureRows("quick");
  const foreign = { ...row!, experiment: "proteins" };
  const conflicts = [row!, foreign].map((shown) => ({ shown, left: [] }));
  const page = pageOf(memoryVsDepth, "quick", [row!, foreign], conflicts);
  assertEquals(page.selection.others, 0);
  assertEquals(page.conflicts, conflicts.slice(0, 1));
});

Deno.test("pageOf() skips data sets without rows, and says once that there are none", () => {
  const runs = operators.scales.full.map(fixtureRow);
  const [first, second] = [...new Set(runs.map(({ dataset }) => dataset))];
  const page = pageOf(operators, "full", runs.filter(({ dataset }) => dataset === second));
  assert(page.findings.every(({ claim }) => claim.endsWith(`, on ${second}`)));
  assert(page.findings.length > 0);
  assert(page.tables.every(({ caption }) => !caption.includes(first!)));
  assertEquals(3 * page.figures.length, pageOf(operators, "full", runs).figures.length);
  assertEquals(pageOf(operators, "full", []).findings, []);
});

Deno.test("runTable() averages no times of several adapters", () => {
  const rows = fixtureRows("full").filter(({ name, model }) =>
    name === "RevGNN-80" && model.layers === 3
  );
  const [slow, ...fast] = rows.map((row, seed) => ({
    ...row,
    secondsPerEpoch: seed === 0 ? 100 : 1,
    adapter: seed === 0 ? "a slow one" : "a fast one",
  }));
  const { x, paper } = memoryVsDepth;
  const table = runTable([slow!, ...fast], "wordnet-frames", { x, paper });
  assertEquals(table.rows[0]![6], ["1.00 ± 0.00"]);
  assertEquals(table.notes[0], "Times are those on a fast one.");
  assert(runTable(fast, "", { x, paper }).notes.every((note) => !note.startsWith("Times")));
});

Deno.test("pageHtml() names seeds that lack the same runs together, and data sets where several", () => {
  const rows = fixtureRows("full").filter(({ seed }) => seed !== 0);
  const text = textOf(pageHtml(pageOf(memoryVsDepth, "full", rows)));
  assert(text.includes("ResGNN-64 at 3, 7, 14, 28, 56, 112, 224, 448 and 1001 layers (seed 0)"));
  const none = textOf(pageHtml(pageOf(memoryVsDepth, "full", [])));
  assert(none.includes("layers (seed 0); RevGNN-80 at"), none);
  assert(none.includes("RevGNN-224 at 3, 7, 14, 28, 56 and 112 layers (seeds 1 and 2)"), none);
});

Deno.test("pageOf() takes the newest row of a run that was run twice", () => {
  const rows = fixtureRows("quick");
  const again = { ...rows[0]!, parameters: 12 };
  const { selection } = pageOf(memoryVsDepth, "quick", [...rows, again]);
  assertEquals(selection.rows.length, rows.length);
  assertEquals(selection.rows[0]!.parameters, 12);
});

Deno.test("pageHtml() draws a page without any row", () => {
  const text = textOf(pageHtml(pageOf(memoryVsDepth, "quick", [])));
  assert(text.includes("Nothing has been measured yet."));
  assert(text.includes(`${QUICK_RUNS} of ${QUICK_RUNS} runs not run yet`));
});

Deno.test("pageHtml() and indexHtml() escape text wherever it comes from", () => {
  const rows = fixtureRows(
    "quick",
    (row) => ({ ...row, name: EVIL, dataset: EVIL, adapter: EVIL }),
  );
  const page = pageOf(memoryVsDepth, "quick", []);
  const { paper, x } = page.experiment;
  const evil: Page = {
    ...page,
    experiment: { ...page.experiment, title: EVIL, claim: EVIL, reading: EVIL },
    selection: { rows, missing: rows, others: 0 },
    findings: [
      { claim: EVIL, ours: EVIL, paper: EVIL, verdict: "cannot tell", seeds: 1, test: EVIL },
    ],
    figures: [memoryChart(rows, EVIL, x)],
    tables: [runTable(rows, EVIL, { x, paper: { ...paper, dataset: EVIL } })],
  };
  for (const html of [pageHtml(evil), indexHtml([evil], "quick")]) {
    assertEquals(parseHTML(html).document.querySelectorAll("img").length, 0);
    assert(!html.includes("<img"));
    assert(textOf(html).includes(EVIL));
  }
});

Deno.test("pageHtml() and indexHtml() of runs that go on load themselves again", () => {
  const page = pageOf(memoryVsDepth, "quick", fixtureRows("quick"));
  for (const going of [true, false]) {
    for (const html of [pageHtml(page, going), indexHtml([page], "quick", { going })]) {
      assertEquals(html.includes('http-equiv="refresh"'), going);
      assertEquals(textOf(html).includes("Still being written"), going);
    }
  }
});

Deno.test("pageHtml() gives each row of a table an address of its own, which its name leads to", () => {
  // Two rows of one name and value, as one of the seeds was refused.
  const rows = fixtureRows("quick");
  const refused = { ...rows[0]!, seed: 1, status: "does not fit", scores: null } as const;
  const page = pageOf(memoryVsDepth, "quick", [...rows, refused]);
  const { document } = parseHTML(pageHtml(page));
  const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
  assertEquals(new Set(ids).size, ids.length);
  const links = [...document.querySelectorAll('.scroll th[scope="row"] a')];
  assertEquals(links.length, QUICK_RUNS + 1);
  for (const link of links) {
    assertEquals(link.getAttribute("href"), `#${link.closest("tr")!.id}`);
  }
  const [first, second] = links.map((link) => link.getAttribute("href"));
  assertEquals([first, second], ["#table-1-ResGNN-64-3", "#table-1-ResGNN-64-3-2"]);
});

Deno.test("indexHtml() begins with the central figure and each experiment's first finding", () => {
  const pages = [memoryVsDepth, weightTying].map((experiment) =>
    pageOf(experiment, "quick", experiment.scales.quick.map(fixtureRow))
  );
  const { document } = parseHTML(indexHtml(pages, "quick"));
  const [first] = document.querySelector("main")!.children;
  assertEquals(first!.querySelector("h3")?.textContent, pages[0]!.figures[0]!.heading);
  const claims = [...first!.querySelectorAll("tbody tr")].map((row) =>
    row.children[1]!.textContent
  );
  assertEquals(claims, pages.map(({ findings }) => findings[0]!.claim));
});

Deno.test("pageHtml() and indexHtml() load nothing from elsewhere", () => {
  const page = pageOf(memoryVsDepth, "quick", fixtureRows("quick"));
  for (const html of [pageHtml(page), indexHtml([page], "quick")]) {
    assert(!/https?:|@import|url\(|<script|\ssrc=/i.test(html));
    const links = [...parseHTML(html).document.querySelectorAll("[href]")]
      .map((link) => link.getAttribute("href"));
    for (const href of links) {
      const known = ["data:,", "index.html", "memory_vs_depth.html", "wordnet-frames.html"]
        .includes(href!);
      assert(known || /^(#|data:text\/csv;)/.test(href!), href!);
    }
  }
});

Deno.test("indexHtml() shows the chart and leads to the page", () => {
  const page = pageOf(memoryVsDepth, "quick", fixtureRows("quick"));
  const { document } = parseHTML(indexHtml([page], "quick"));
  assertEquals(document.querySelectorAll("figure > svg").length, 1);
  assert(document.querySelector('h2 a[href="memory_vs_depth.html"]') !== null);
  assertEquals(
    [...document.querySelectorAll(".findings li")].map(({ textContent }) => textContent),
    page.findings.map(({ claim, verdict }) => `${claim}: ${verdict}`),
  );
});

Deno.test("indexHtml() counts a run once that two experiments share", () => {
  const experiments = [weightTying, equilibrium];
  const runs = experiments.flatMap(({ scales }) => scales.quick);
  const [ours, theirs] = runs.filter(({ name, model }) =>
    name === "WT-ResGNN-32" && model.layers === 3
  );
  const pages = experiments.map((experiment, i) =>
    pageOf(experiment, "quick", [fixtureRow([ours, theirs][i]!)])
  );
  const works = new Set(runs.map(workKey)).size;
  assert(works < runs.length);
  const text = textOf(indexHtml(pages, "quick"));
  assert(text.includes(`1 of ${works} runs, on wordnet-frames`), text);
});

Deno.test("writeReports() writes index, pages and figures, and nothing else", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const runs = memoryVsDepthAtAll.scales.quick;
    await appendRow(rowsPath(folder, "quick", "memory_vs_depth"), fixtureRow(runs[0]!));
    const paths = await writeReports(folder, "quick");
    const pages = [
      ...EXPERIMENTS.flatMap(({ name }) => [`${name}.html`, `${name}.svg`]),
      "wordnet-frames.html",
    ];
    assertEquals(paths, ["index.html", ...pages].map((name) => `${folder}/quick/${name}`));
    const files = Array.from(Deno.readDirSync(`${folder}/quick`), ({ name }) => name).sort();
    assertEquals(files, ["index.html", "rows", ...pages].sort());
    assert(!(await Deno.readTextFile(`${folder}/quick/index.html`)).includes("status.html"));
    const page = await Deno.readTextFile(`${folder}/quick/memory_vs_depth.html`);
    assert(textOf(page).includes(`${runs.length - 1} of ${runs.length} runs not run yet`));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
