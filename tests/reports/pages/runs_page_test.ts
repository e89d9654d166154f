/** The page of one's own runs: what differs, what goes on, what is escaped. */
import { parseHTML } from "linkedom";
import { runsHtml } from "../../../reports/pages/runs_page.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { EVIL } from "../fixture_charts.ts";
import { fixtureRows } from "../fixture_rows.ts";

const [row] = fixtureRows("quick").filter(({ status }) => status === "trained");

/** The table of all runs. */
const RUNS = "[aria-labelledby=table-1]";

function documentOf(...args: Parameters<typeof runsHtml>): Document {
  return parseHTML(runsHtml(...args)).document;
}

function texts(document: Document, selector: string): string[] {
  return [...document.querySelectorAll(selector)].map(({ textContent }) => textContent ?? "");
}

Deno.test("runsHtml() has the curves, the options and the call of one run, and loads nothing again", () => {
  const document = documentOf([row!]);
  assertEquals(texts(document, "h1"), [`${row!.name} on ${row!.dataset}`]);
  assertEquals(texts(document, "figure h3").length, 4);
  assertEquals(texts(document, "th[scope=colgroup]"), ["run", "measured"]);
  assert(texts(document, "pre")[0]!.startsWith("deno task train --dataset wordnet-frames"));
  assertEquals(document.querySelectorAll("meta[http-equiv=refresh], .missing").length, 0);
});

Deno.test("runsHtml() of several runs has a column for each option that differs, seeds apart", () => {
  const deeper: Row = { ...row!, dropout: 0.5, model: { ...row!.model, layers: 99 } } as Row;
  const seeds: Row[] = [row!, { ...row!, seed: 1 }, { ...deeper, learningRate: 0.5 }];
  const document = documentOf(seeds);
  assertEquals(texts(document, "h1"), [`${row!.name} on ${row!.dataset}`]);
  assertEquals(texts(document, `${RUNS} thead tr:last-child th`).slice(0, 4), [
    ...["model", "layers", "learningRate", "seed"],
  ]);
  const cells = [...document.querySelectorAll(`${RUNS} tbody tr`)].map((line) =>
    [...line.children].slice(1, 4).map(({ textContent }) => textContent)
  );
  const own = [String(row!.model.layers), String(row!.learningRate)];
  assertEquals(cells, [[...own, "0"], [...own, "1"], ["99", "0.5", "0"]]);
  assertEquals(texts(document, "figure:first-of-type .entries label"), [
    `${row!.name}, layers ${own[0]}, learningRate ${own[1]}`,
    `${row!.name}, layers 99, learningRate 0.5`,
  ]);
});

Deno.test("runsHtml() says what was run, its size too unless a column does", () => {
  const terms = (...rows: Row[]) => texts(documentOf(rows), "dt");
  const [layers, channels, ...others] = terms(row!);
  assertEquals([layers, channels], ["layers", "channels"]);
  assert(others.includes("model") && !others.includes(""), others.join());
  assertEquals(texts(documentOf([row!]), "dd")[0], String(row!.model.layers));
  const deeper = { ...row!, model: { ...row!.model, layers: 99 } } as Row;
  assertEquals(terms(row!, deeper), [channels!, ...others]);
});

Deno.test("runsHtml() draws runs of two data sets on axes of their own", () => {
  const document = documentOf([row!, { ...row!, dataset: "tolokers" }]);
  assertEquals(texts(document, "figure h3").filter((text) => text.endsWith("tolokers")).length, 4);
  assertEquals(texts(document, "h1"), ["2 runs compared"]);
});

Deno.test("runsHtml() of a run that goes on says so and loads itself again, before its first epoch too", () => {
  for (const [rows, done] of [[[row!], row!.losses.length], [[], 0]] as const) {
    const at = new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678));
    const document = documentOf(rows, { going: row!, at });
    assertEquals(document.querySelector("meta[http-equiv=refresh]")?.getAttribute("content"), "10");
    const said = `Still being written: ${done} of ${row!.epochs} epochs done.`;
    const [all] = texts(document, ".missing");
    assert(all!.startsWith(`${said} Written at 2026-01-02 03:04:05 UTC, this page loads`), all);
    const stopped = documentOf(rows, { going: row!, stopped: true });
    assertEquals(stopped.querySelector("meta[http-equiv=refresh]"), null);
    assertEquals(texts(stopped, ".missing"), [`Stopped: ${done} of ${row!.epochs} epochs done.`]);
  }
});

Deno.test("runsHtml() of several seeds has their mean, each once, and says which one goes on", () => {
  const scored = (seed: number, test: number): Row => ({
    ...row!,
    seed,
    bestEpoch: 2 * seed + 1,
    scores: { train: 0.9, valid: 0.5, test },
  });
  const rows = [scored(0, 0.1), scored(0, 0.6), scored(1, 0.8)];
  const cells = (document: Document) =>
    texts(document, "[aria-labelledby=table-seeds] tbody tr > *");
  const mean = ["2", "2.0 ± 1.4", "90.00 ± 0.00", "50.00 ± 0.00", "70.00 ± 14.14"];
  assertEquals(cells(documentOf(rows)), [row!.name, ...mean]);
  assertEquals(cells(documentOf([rows[0]!])), []);
  const going = documentOf([...rows.slice(1)], { going: { ...row!, seed: 2 }, runs: 4 });
  const said = "Still being written: run 3 of 4, seed 2, 0 of ";
  assert(texts(going, ".missing")[0]!.startsWith(said));
});

Deno.test("runsHtml() escapes what a row says of itself", () => {
  const document = documentOf([{ ...row!, name: EVIL, dataset: EVIL }, row!]);
  assertEquals(document.querySelectorAll("img").length, 0);
});
