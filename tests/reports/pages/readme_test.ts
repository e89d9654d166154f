import { memoryVsDepth as memoryVsDepthAtAll } from "../../../experiments/memory_vs_depth.ts";
import { proteins as proteinsAtAll } from "../../../experiments/proteins.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import { withResults } from "../../../reports/pages/readme.ts";
import { readmeFiles } from "../../../scripts/readme.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { asQuick, fixtureRows } from "../fixture_rows.ts";
import { tableRows } from "../table_rows.ts";

const memoryVsDepth = asQuick(memoryVsDepthAtAll);
const proteins = asQuick(proteinsAtAll);

const START = "before\n<!-- deno-fmt-ignore-start -->\n";
const END = "\n<!-- deno-fmt-ignore-end -->\nafter\n";

/** The lines between the markers. */
function linesOf(memory: readonly Row[], others: readonly Row[] = []): string[] {
  const pages = [pageOf(memoryVsDepth, "quick", memory), pageOf(proteins, "quick", others)];
  const text = withResults(`${START}of last time${END}`, pages, "measured/quick");
  assert(text.startsWith(START) && text.endsWith(END), text);
  return text.slice(START.length, -END.length).split("\n");
}

/** The cells of the table's row of that name. */
function cellsOf(lines: readonly string[], name: string): string[] | undefined {
  const rows = lines.map((line) => line.split("|").map((cell) => cell.trim()));
  return rows.find((cells) => cells[1] === name)?.slice(2, -1);
}

/** What a figure says in words, which its rows alone decide; all of any other file. */
function said(text: string): string {
  return text.match(/<desc.*?<\/desc>/s)?.[0] ?? text;
}

Deno.test("README.md and its figures say what the measured rows give", async () => {
  for (const [path, text] of await readmeFiles()) {
    // Not assertEquals: a difference of thousands of lines takes minutes to show.
    const same = said(text) === said(await Deno.readTextFile(path));
    assert(same, `${path} is not of the rows there are: run deno task readme`);
  }
});

Deno.test("withResults() has activations, scores and the paper's by depth", () => {
  const lines = linesOf(fixtureRows("quick"));
  assertEquals(cellsOf(lines, "layers"), ["3", "7", "14", "28", "56", "112", "1001"]);
  assertEquals(
    cellsOf(lines, "RevGNN-64: activations, MiB"),
    Array.from({ length: 7 }, () => "31.2"),
  );
  const residual = cellsOf(lines, "ResGNN-64: activations, MiB");
  assertEquals(residual?.slice(-2), ["2,484, does not fit", "21,953, does not fit"]);
  const { epochs } = memoryVsDepth.scales.quick.find(({ epochs }) => epochs > 0)!;
  const scores = cellsOf(lines, `RevGNN-64: test ROC-AUC, %, ${epochs} epochs`);
  assertEquals(scores?.slice(0, 4), ["79.90", "81.37", "82.57", ""]);
  const paper = cellsOf(lines, "the paper's ResGNN-64, ogbn-proteins, %");
  assertEquals(paper?.slice(-2), ["85.94", "out of memory"]);
});

Deno.test("withResults() has a row for the first finding of each experiment, which is linked", () => {
  const others = tableRows(proteins, "quick", { GAT: 72, "RevGNN-Deep": 73, "RevGNN-Wide": 74 });
  const lines = linesOf(fixtureRows("quick"), others);
  const rows = lines.map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  const start = rows.findIndex(([head]) => head === "experiment");
  assertEquals(rows[start], ["experiment", "claim", "the paper", "here", "verdict"]);
  const findings = rows.slice(start + 2).filter(({ length }) => length === 5);
  assertEquals(findings.map(([experiment]) => experiment), [
    `[${memoryVsDepth.title}](measured/quick/memory_vs_depth.svg)`,
    `[${proteins.title}](measured/quick/proteins.svg)`,
  ]);
  const first = findings.findIndex(([experiment]) => experiment!.includes("proteins"));
  assertEquals(findings[first]!.slice(1), [
    "RevGNN-Wide scores highest of 3 models",
    "RevGNN-Wide 88.24 ± 0.15, next RevGNN-Deep 87.74 ± 0.13",
    "74.00, next RevGNN-Deep 73.00 %",
    "cannot tell (1 seed)",
  ]);
  assert(
    lines.at(-1)!.startsWith("Of 8 findings on the pages 3 agree, 0 differ and 5 cannot tell. "),
  );
  assert(linesOf(fixtureRows("quick")).every((line) => !line.includes("proteins.svg")));
});

Deno.test("withResults() counts a run once that two experiments share", () => {
  const memory = fixtureRows("quick");
  const timed = (others: readonly Row[]) =>
    linesOf(memory, others).find((line) => line.includes(" of epochs."));
  const shared = proteins.scales.quick.map((run) => ({ ...memory[0]!, ...run }));
  const twice = shared.map((row) => ({ ...row, name: `${row.name}, once more` }));
  assert(timed([]) !== timed(shared), timed(shared));
  assertEquals(timed([...shared, ...twice]), timed(shared));
});

Deno.test("withResults() says so where nothing has been measured", () => {
  assertEquals(linesOf([]), ["Nothing has been measured yet."]);
});

Deno.test("withResults() refuses a README without a place for them", () => {
  for (const readme of ["", END + START]) {
    assertThrows(() => withResults(readme, [], ""), SyntaxError, "Cannot write results into");
  }
});
