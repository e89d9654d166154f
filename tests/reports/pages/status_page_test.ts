import { parseHTML } from "linkedom";
import type { PlanLine } from "../../../reports/rows/plan_file.ts";
import { statusHtml } from "../../../reports/pages/status_page.ts";
import { assert, assertEquals } from "../../assert.ts";

const DATE = new Date("2026-11-29T10:20:30.456Z");
const line = (run: number, more: Partial<PlanLine> = {}): PlanLine => ({
  ...{ run, key: `${run}`, experiment: "arxiv", title: `GCN, seed ${run}` },
  ...more,
});

Deno.test("statusHtml() counts runs, lists each under its state, and says what is left in time", () => {
  const html = statusHtml(
    [
      { line: line(1, { seconds: 9 }), state: "done", words: "trained" },
      { line: line(2, { seconds: 3600 }), state: "left", words: "" },
      { line: line(3, { seconds: 60 }), state: "failed", words: "<b>Cannot</b>" },
      { line: line(4), state: "done", words: "trained" },
    ],
    "paper",
    DATE,
  );
  const { document } = parseHTML(html);
  const textOf = (query: string) =>
    [...document.querySelectorAll(query)].map(({ textContent }) => textContent);
  assertEquals(textOf("h1"), ["4 runs: 0 running, 1 failed, 1 left and 2 done"]);
  assertEquals(textOf("h2"), ["Failed: 1", "Left: 1", "Done: 2"]);
  assertEquals(textOf("tbody tr:first-child td, tbody tr:first-child th"), [
    ...["3", "arxiv: GCN, seed 3", "<b>Cannot</b>"],
    ...["2", "arxiv: GCN, seed 2", ""],
    ...["1", "arxiv: GCN, seed 1", "trained"],
  ]);
  assertEquals(document.querySelectorAll("b").length, 0);
  const [reading] = textOf(".reading");
  assert(
    reading!.startsWith("What is not done was planned to take about 1h 1m, the longest run 1h."),
  );
  assert(textOf(".where")[0]!.includes("paper scale · as of 2026-11-29T10:20:30.456Z"));
});
