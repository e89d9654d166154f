/** The page of a sweep: its best settings, every combination once, and what is not done yet. */
import { parseHTML } from "linkedom";
import { sweepHtml } from "../../../reports/pages/sweep_page.ts";
import { ranked } from "../../../reports/findings/ranked.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { EVIL } from "../fixture_charts.ts";
import { fixtureRows } from "../fixture_rows.ts";

const [row] = fixtureRows("quick").filter(({ status }) => status === "trained");

/** Rows of two rates and two dropouts, two seeds each; the higher the rate, the better. */
const ROWS: Row[] = [0.01, 0.1].flatMap((learningRate) =>
  [0.1, 0.3].flatMap((dropout) =>
    [0, 1].map((seed): Row => {
      const valid = 0.7 + learningRate + dropout / 100 + seed / 1000;
      const scores = { train: 0.9, valid, test: valid - 0.01 };
      return { ...row!, learningRate, seed, scores, model: { ...row!.model, dropout } };
    })
  )
);

function documentOf(rows: readonly Row[], options = { of: rows.length, going: false }): Document {
  return parseHTML(sweepHtml(rows, options)).document;
}

function texts(document: Document, selector: string): string[] {
  return [...document.querySelectorAll(selector)].map(({ textContent }) => textContent ?? "");
}

Deno.test("ranked() has the settings with the highest mean validation score first, seeds together", () => {
  const failed: Row = { ...ROWS[0]!, seed: 7, learningRate: 9, scores: null };
  const best = ranked([...ROWS, failed]);
  assertEquals(
    best.map(({ rows }) => [rows.length, rows[0]!.learningRate, rows[0]!.model.dropout]),
    [[2, 0.1, 0.3], [2, 0.1, 0.1], [2, 0.01, 0.3], [2, 0.01, 0.1]],
  );
  const { valid, test } = best[0]!;
  assert(Math.abs(valid.mean - 0.8035) < 1e-12 && Math.abs(test.mean - 0.7935) < 1e-12);
});

Deno.test("sweepHtml() says the best settings and their call, and has a line for each combination", () => {
  const document = documentOf(ROWS);
  const [said] = texts(document, ".reading");
  assert(
    said!.startsWith("Best by validation: dropout 0.3, learningRate 0.1, with 80.35 ± 0.07 %"),
  );
  const [command] = texts(document, "pre");
  assert(/^deno task train .*--dropout 0.3 .*--lr 0.1/.test(command!), command);
  assertEquals(document.querySelectorAll(".strand").length, 4);
  assertEquals(document.querySelectorAll(".strand.best").length, 1);
  assertEquals(texts(document, "tbody tr:first-child th, tbody tr:first-child td").slice(0, 4), [
    ...["1", "0.3", "0.1", "2"],
  ]);
  assertEquals(texts(document, ".missing"), []);
});

Deno.test("sweepHtml() says how many runs are done while it goes on, and without any row", () => {
  const [some, none] = [
    documentOf(ROWS, { of: 20, going: true }),
    documentOf([], { of: 3, going: true }),
  ];
  assert(texts(some, ".missing")[0]!.startsWith("8 of 20 runs done"));
  assertEquals(some.querySelectorAll("meta[http-equiv=refresh]").length, 1);
  assert(texts(none, ".missing")[0]!.startsWith("0 of 3 runs done"));
  assertEquals(texts(none, "figure"), []);
});

Deno.test("sweepHtml() of equal settings has one line, and escapes what a name holds", () => {
  const document = documentOf([{ ...row!, name: EVIL }, { ...row!, name: EVIL, seed: 1 }]);
  assertEquals(document.querySelectorAll(".strand").length, 1);
  assertEquals(document.querySelectorAll("img").length, 0);
});
