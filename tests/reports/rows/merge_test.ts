import { memoryVsDepth as memoryVsDepthAtAll } from "../../../experiments/memory_vs_depth.ts";
import { pageOf } from "../../../reports/pages/experiment_page.ts";
import { mergeRows } from "../../../reports/rows/merge.ts";
import { pageHtml } from "../../../reports/pages/page.ts";
import { appendRow, rowsPath } from "../../../reports/rows/rows.ts";
import { writeReports } from "../../../reports/pages/write.ts";
import type { Row } from "../../../training/row.ts";
import { assert, assertEquals } from "../../assert.ts";
import { asQuick, fixtureRow, fixtureRows } from "../fixture_rows.ts";

const memoryVsDepth = asQuick(memoryVsDepthAtAll);

const [first, second, third] = fixtureRows("quick") as [Row, Row, Row];
const later: Row = { ...first, adapter: "another adapter", date: "2026-02-02T03:04:05.000Z" };

Deno.test("mergeRows() takes rows that stand in several folders once", () => {
  const { rows, conflicts } = mergeRows([[first, second], [second, third], [first]]);
  assertEquals(rows, [first, second, third]);
  assertEquals(conflicts, []);
});

Deno.test("mergeRows() names runs with rows of their own in several folders, the newest first", () => {
  for (const folders of [[[first, second], [later]], [[later], [second, first]]]) {
    const { rows, conflicts } = mergeRows(folders);
    assertEquals(rows.at(-1), later);
    assertEquals(rows.length, 3);
    assertEquals(conflicts, [{ shown: later, left: [first] }]);
  }
});

Deno.test("mergeRows() has no conflict where one folder's run was run again", () => {
  const { rows, conflicts } = mergeRows([[first, later], [later, second]]);
  assertEquals(rows, [first, second, later]);
  assertEquals(conflicts, []);
});

Deno.test("pageHtml() shows the newest row of a conflict and names the other", () => {
  const { rows, conflicts } = mergeRows([[first], [later]]);
  const page = pageOf(memoryVsDepth, "quick", rows, conflicts);
  assertEquals(page.selection.rows, [later]);
  const html = pageHtml(page);
  assert(
    html.includes(
      "ResGNN-64 at 3 layers, seed 0, was measured more than once: shown is that of " +
        "another adapter (2026-02-02 03:04 UTC, commit 0000000), left out that of fixture adapter " +
        "(2026-01-02 03:04 UTC, commit 0000000).",
    ),
    html,
  );
});

Deno.test("writeReports() draws rows of other folders, and writes to its own alone", async () => {
  const [own, other] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  try {
    const runs = memoryVsDepthAtAll.scales.quick;
    const path = (folder: string) => rowsPath(folder, "quick", "memory_vs_depth");
    await appendRow(path(own), fixtureRow(runs[0]!));
    await appendRow(path(other), fixtureRow(runs[1]!));
    await writeReports(own, "quick", [other]);
    const html = await Deno.readTextFile(`${own}/quick/memory_vs_depth.html`);
    assert(html.includes(`${runs.length - 2} of ${runs.length} runs not run yet`));
    assertEquals(Array.from(Deno.readDirSync(`${other}/quick`), ({ name }) => name), ["rows"]);
  } finally {
    for (const folder of [own, other]) await Deno.remove(folder, { recursive: true });
  }
});
