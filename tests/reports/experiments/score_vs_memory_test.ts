import { parseHTML } from "linkedom";
import { modelsAt112Layers } from "../../../experiments/models_at_112_layers.ts";
import { scoreVsMemory } from "../../../experiments/score_vs_memory.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import {
  frontOf,
  paperStandings,
  type Standing,
} from "../../../reports/experiments/score_vs_memory/front.ts";
import { averageSentences, comparisonTable } from "../../../reports/figures/comparison_table.ts";
import { pageHtml } from "../../../reports/pages/page.ts";
import {
  paperBubbles,
  scoreBubbles,
} from "../../../reports/experiments/score_vs_memory/bubbles.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { findingsOf, overSeeds } from "../findings_of.ts";
import { type ScoresByName, tableRows } from "../table_rows.ts";

const MIB = 2 ** 20;

/** Mebibytes and per cent by name. */
type Numbers = Readonly<Record<string, readonly [memory: number, score: number]>>;

/** Rows of the quick scale with these numbers. */
function rowsOf(numbers: Numbers): Row[] {
  const scores = Object.fromEntries(
    Object.entries(numbers).map(([name, [, score]]) => [name, score]),
  );
  return tableRows(modelsAt112Layers, "quick", scores as ScoresByName).map((row): Row => ({
    ...row,
    peakBytes: numbers[row.name]![0] * MIB,
    scores: { train: 0.9, valid: 0.8, test: numbers[row.name]![1] / 100 },
  }));
}

const NUMBERS: Numbers = {
  "ResGNN-16": [40, 74],
  "ResGNN-32": [80, 75.5],
  "WT-ResGNN-16": [40, 69],
  "DEQ-GNN-16": [20, 66],
  "RevGNN-16": [24, 72],
  "RevGNN-32": [32, 74.5],
  "WT-RevGNN-16": [24, 70],
};

/** Of numbers alone. */
function standing(name: string, memory: number, score: number): Standing {
  return { name, memory, score, parameters: 1, reversible: true };
}

Deno.test("frontOf() keeps what nobody beats in both, least memory first, ties too", () => {
  const all = [
    standing("much", 4, 80),
    standing("worse", 4, 79),
    standing("dear", 5, 80),
    standing("little", 1, 70),
    standing("twin", 1, 70),
    standing("alike in memory", 1, 69),
  ];
  assertEquals(frontOf(all).map(({ name }) => name), ["little", "twin", "much"]);
  assertEquals(frontOf([]), []);
});

Deno.test("paperStandings() have the paper's front, all of it reversible", () => {
  const theirs = paperStandings(scoreVsMemory.paper);
  // ResGNN-224 ran out of memory.
  assertEquals(theirs.length, 18);
  const front = frontOf(theirs);
  assertEquals(front.map(({ name, memory, score }) => [name, memory, score]), [
    ["WT-RevGNN-64", 1.6, 82.89],
    ["WT-RevGNN-80", 2.08, 83.46],
    ["RevGNN-64", 2.09, 85.48],
    ["RevGNN-80", 2.56, 85.97],
    ["RevGNN-Deep", 2.86, 87.74],
    ["RevGNN-Wide", 7.91, 88.24],
  ]);
  assert(front.every(({ reversible }) => reversible));
});

Deno.test("score_vs_memory has the front, and a verdict only by bytes or by tests", () => {
  const of = (numbers: Numbers, seeds = 1) => {
    const [finding] = findingsOf(scoreVsMemory, overSeeds(rowsOf(numbers), seeds));
    return [finding?.ours, finding?.verdict, finding?.test];
  };
  const { "DEQ-GNN-16": least, ...rest } = NUMBERS;
  assertEquals(of(NUMBERS), [
    "4 of 7: DEQ-GNN-16 (not reversible), RevGNN-16, RevGNN-32 and ResGNN-32 (not reversible)",
    "differs",
    "DEQ-GNN-16 takes the least memory of all",
  ]);
  const three = "3 of 6: RevGNN-16, RevGNN-32 and ResGNN-32 (not reversible)";
  assertEquals(of(rest), [three, "cannot tell", "a test takes 3"]);
  assertEquals(of(rest, 3), [three, "differs", "Welch: of 3 others 2 beaten, 1 stand"]);
  const close = { ...rest, "ResGNN-32": [80, 74.52] as const };
  assertEquals(of(close, 3).slice(1), ["cannot tell", "Welch: of 3 others 2 beaten, 0 stand"]);
  const lower = { ...rest, "ResGNN-32": [80, 73] as const };
  assertEquals(of(lower, 3).slice(1), ["agrees", "Welch: of 3 others 3 beaten, 0 stand"]);
  assertEquals(of({ "DEQ-GNN-16": least! }), [undefined, undefined, undefined]);
});

Deno.test("score_vs_memory tells scores that are averaged over views from those that are not", () => {
  const way = { parts: 3, views: 10, peakBytes: 90 * MIB, seconds: 1 };
  const rows = rowsOf(NUMBERS).map((row): Row =>
    row.name.startsWith("RevGNN") ? { ...row, inferred: [{ ...way, scores: row.scores! }] } : row
  );
  const among =
    "Scores of RevGNN-16 and RevGNN-32 are averaged over 10 views of 3 random parts of " +
    "the graph, those of the others are by one view.";
  const { notes } = comparisonTable(rows, "wordnet-frames", scoreVsMemory);
  assertEquals(notes[0], among);
  assertEquals(averageSentences(rows.filter(({ inferred }) => inferred)), [
    "Scores are averaged over 10 views of 3 random parts of the graph.",
  ]);
  const caption = (some: readonly Row[]) =>
    scoreBubbles(some, "wordnet-frames", scoreVsMemory.x).caption;
  assert(caption(rows).includes("peak of training, without that of scores averaged"));
  assert(caption(rowsOf(NUMBERS)).includes("peak of training and its evaluations."));
});

Deno.test("scoreBubbles() and paperBubbles() have a bubble for each model, areas its parameters", () => {
  const rows = rowsOf(NUMBERS);
  const { bubbles } = scoreBubbles(rows, "wordnet-frames", scoreVsMemory.x);
  assertEquals(bubbles.length, 7);
  const [first] = bubbles;
  assertEquals([first!.x, first!.y, first!.area], [40 * MIB, 74, rows[0]!.parameters]);
  assertEquals(first!.value, "74.00 % in 40 MiB");
  const deep = paperBubbles(scoreVsMemory.paper).bubbles.find(({ name }) =>
    name === "RevGNN-Deep"
  )!;
  assertEquals(deep.value, "87.74 ± 0.13 % in 2.86 GB");
  assertEquals([deep.x, deep.y, deep.area, deep.mark], [2.86, 87.74, 20.03e6, "hollow"]);
});

Deno.test("score_vs_memory runs nothing of its own, and shows both tables at the paper's scale", () => {
  const { scales, rowsOf: others } = scoreVsMemory;
  assert(Object.values(scales).every(({ length }) => length === 0));
  const names = others!.map((other) => [other.name, other.scales.quick.length > 0]);
  assertEquals(names, [["models_at_112_layers", true], ["proteins", false]]);
  assert(others!.every((other) => other.scales.paper.length > 0));
});

Deno.test("pageHtml() has two charts of bubbles, and all models of both tables", () => {
  const { "DEQ-GNN-16": _, "RevGNN-32": __, ...measured } = NUMBERS;
  const page = pageOf(scoreVsMemory, "quick", rowsOf(measured));
  const { document } = parseHTML(pageHtml(page));
  assertEquals(document.querySelectorAll("main > .figures svg[role]").length, 2);
  // Two of ours are not measured; those of the paper that stand beside none of ours have rows too.
  assertEquals(page.selection.missing.map(({ name }) => name), ["DEQ-GNN-16", "RevGNN-32"]);
  const names = [...document.querySelectorAll(".scroll tbody th")].map(({ textContent }) =>
    textContent
  );
  assert(names.includes("UniMP+CEF") && names.includes("RevGNN-Wide"), names.join());
  const html = pageHtml(pageOf(scoreVsMemory, "quick", []));
  assert(!/NaN|Infinity|undefined|null/.test(html), html.match(/.{40}(NaN|Inf|undef|null)/)?.[0]);
});
