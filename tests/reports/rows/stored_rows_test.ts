/** Rows of files that many add to, and of files of one row. */
import { arxiv } from "../../../experiments/arxiv.ts";
import { appendRow, rowLine, rowsPath, writeRow } from "../../../reports/rows/rows.ts";
import { everyRow, storedRows, taskRowPath } from "../../../reports/rows/stored_rows.ts";
import { assertEquals, assertRejects } from "../../assert.ts";
import { withFolder } from "../../folder.ts";
import { namesIn } from "../../graphs/ogb_archives.ts";
import { fixtureRow } from "../fixture_rows.ts";

const [first, second, third] = arxiv.scales.quick.map((run, i) => ({
  ...fixtureRow(run),
  date: `2026-01-0${9 - i}T00:00:00.000Z`,
}));

Deno.test("storedRows() has the rows of tasks among the others, by date, and each run's last one alone", () =>
  withFolder(async (folder) => {
    const path = rowsPath(folder, "quick", "arxiv");
    assertEquals(await storedRows(folder, "quick", "arxiv"), []);
    for (const row of [first!, third!]) await appendRow(path, row);
    assertEquals(await storedRows(folder, "quick", "arxiv"), [first, third], "as they were added");

    await writeRow(taskRowPath(folder, second!), { ...second!, peakBytes: 1 });
    await writeRow(taskRowPath(folder, second!), second!);
    await Deno.writeTextFile(`${taskRowPath(folder, first!)}.0000000001.part`, rowLine(first!));
    assertEquals(await storedRows(folder, "quick", "arxiv"), [third, second, first]);
    assertEquals(await everyRow(folder, "small"), [third, second, first]);
  }));

Deno.test("writeRow() refuses what is no row, and leaves nothing", () =>
  withFolder(async (folder) => {
    const wrong = { ...first!, peakBytes: -1 };
    const path = taskRowPath(folder, wrong);
    await assertRejects(
      () => writeRow(path, wrong),
      TypeError,
      `Cannot write a row to ${path}: its`,
    );
    assertEquals(namesIn(folder), []);
  }));
