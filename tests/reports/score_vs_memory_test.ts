import { parseHTML } from "linkedom";
import { modelsAt112Layers } from "../../experiments/models_at_112_layers.ts";
import { scoreVsMemory } from "../../experiments/score_vs_memory.ts";
import { pageOf } from "../../reports/experiment_page.ts";
import { frontOf, paperStandings, type Standing } from "../../reports/front.ts";
import { averageSentences, comparisonTable } from "../../reports/comparison_table.ts";
import { frontVerdict } from "../../reports/front_verdict.ts";
import { pageHtml } from "../../reports/page.ts";
import { paperBubbles, scoreBubbles } from "../../reports/score_bubbles.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { type ScoresByName, tableRows } from "./table_rows.ts";

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

Deno.test("frontVerdict() names the front, and says where it is not the paper's", () => {
  assertEquals(frontVerdict(rowsOf(NUMBERS), scoreVsMemory).split("\n"), [
    "On wordnet-frames DEQ-GNN-16 (66.00 % in 20 MiB), RevGNN-16 (72.00 % in 24 MiB), RevGNN-32 " +
    "(74.50 % in 32 MiB) and ResGNN-32 (75.50 % in 80 MiB) are beaten by none of 7 models in both " +
    "test ROC-AUC and memory (one seed).",
    "2 of these 4 are reversible, not DEQ-GNN-16 and ResGNN-32, unlike in the paper, where 6 of 18 " +
    "models are beaten by none, all of them reversible: WT-RevGNN-64, WT-RevGNN-80, RevGNN-64, " +
    "RevGNN-80, RevGNN-Deep and RevGNN-Wide.",
    "From DEQ-GNN-16 to ResGNN-32 the score rises by 9.50 points, and the memory to 4 times as much.",
    "Of the others ResGNN-16 takes 1.3 times the memory of RevGNN-32 and scores 0.50 points less " +
    "and WT-ResGNN-16 takes 1.3 times the memory of RevGNN-32 and scores 5.50 points less.",
  ]);
});

Deno.test("frontVerdict() says so where the front is reversible as in the paper", () => {
  const rows = rowsOf({ "ResGNN-32": [80, 70], "RevGNN-16": [20, 70], "RevGNN-32": [32, 74] });
  const [first, second] = frontVerdict(rows, scoreVsMemory).split("\n");
  assert(first!.startsWith("On wordnet-frames RevGNN-16 (70.00 % in 20 MiB) and RevGNN-32"), first);
  assert(second!.startsWith("All 2 are reversible, as in the paper"), second);
  const one = rowsOf({ "ResGNN-32": [30, 75], "RevGNN-16": [40, 70] });
  assertEquals(
    frontVerdict(one, { ...scoreVsMemory, paper: { ...scoreVsMemory.paper, series: [] } }),
    [
      "On wordnet-frames ResGNN-32 (75.00 % in 30 MiB) is beaten by none of 2 models in both test " +
      "ROC-AUC and memory (one seed).",
      "It is not reversible.",
    ].join("\n"),
  );
});

Deno.test("scores that are averaged over views are told from those that are not", () => {
  const way = { parts: 3, views: 10, peakBytes: 90 * MIB, seconds: 1 };
  const rows = rowsOf(NUMBERS).map((row): Row =>
    row.name.startsWith("RevGNN") ? { ...row, inferred: [{ ...way, scores: row.scores! }] } : row
  );
  const among =
    "Scores of RevGNN-16 and RevGNN-32 are averaged over 10 views of 3 random parts of " +
    "the graph, those of the others are by one view.";
  const [first] = frontVerdict(rows, scoreVsMemory).split("\n");
  assert(first!.endsWith(`(one seed). ${among}`), first);
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

Deno.test("frontVerdict() speaks of one model, of seeds, of none", () => {
  const rows = rowsOf(NUMBERS);
  const alone = rows.slice(0, 1);
  const [first] = frontVerdict(alone, scoreVsMemory).split("\n");
  assertEquals(
    first,
    "ResGNN-16, the only model trained so far, has a test ROC-AUC of 74.00 % in 40 MiB on " +
      "wordnet-frames.",
  );
  const seeds = [...rows, ...rows.map((row): Row => ({ ...row, seed: 1 }))].slice(0, -1);
  assert(frontVerdict(seeds, scoreVsMemory).includes("memory (means over 1 to 2 seeds)."));
  const refused = alone.map((row): Row => ({ ...row, status: "does not fit", scores: null }));
  assertEquals(frontVerdict(refused, scoreVsMemory), "No model has been trained yet.");
  assertEquals(frontVerdict([], scoreVsMemory), "Nothing has been measured yet.");
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
  assertEquals(document.querySelectorAll("figure svg").length, 2);
  // Two of ours are not measured; those of the paper that stand beside none of ours have rows too.
  assertEquals(page.selection.missing.map(({ name }) => name), ["DEQ-GNN-16", "RevGNN-32"]);
  const names = [...document.querySelectorAll("tbody th")].map(({ textContent }) => textContent);
  assert(names.includes("UniMP+CEF") && names.includes("RevGNN-Wide"), names.join());
  const html = pageHtml(pageOf(scoreVsMemory, "quick", []));
  assert(!/NaN|Infinity|undefined|null/.test(html), html.match(/.{40}(NaN|Inf|undef|null)/)?.[0]);
});
