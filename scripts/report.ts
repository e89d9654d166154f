/** `deno task report`: draws every page again from the measured rows, or one page of any rows. */
import { SCALES } from "../experiments/experiment.ts";
import { runsHtml } from "../reports/pages/runs_page.ts";
import { writeReports } from "../reports/pages/write.ts";
import { readRows } from "../reports/rows/rows.ts";
import { readFile } from "../graphs/files/read_file.ts";
import { writeWhole } from "../graphs/files/whole_file.ts";
import type { Row } from "../training/row.ts";
import { defineFlags, runScript, UsageError } from "./flags/flags.ts";
import { REPORT_FOLDER } from "./flags/report_flags.ts";
import { checkFileWritable, checkWritable } from "./shared/writable.ts";

const flags = defineFlags(
  "report",
  "Draws every page again from its rows, or one page that compares the runs of some files; needs no GPU.",
  {
    runs: {
      type: "files",
      help: "files of rows to compare on one page, as words too; --out names that",
    },
    scale: { type: "choice", choices: SCALES, default: "quick", help: "whose rows to draw" },
    rows: { type: "folders", help: "other machines' rows to show as well" },
    out: { ...REPORT_FOLDER, help: `${REPORT_FOLDER.help}; with files, the .html file` },
  },
  { words: "runs" },
);
export { flags as reportFlags };

/** Writes the pages and prints their paths. */
export async function main(args: string[]): Promise<void> {
  const { runs, scale, rows: more = [], out } = flags.parse(args);
  if (runs !== undefined) return await compareRuns(runs, out);
  for (const folder of more) await checkRows(folder, scale);
  await checkWritable(out, "out");
  for (const path of await writeReports(out, scale, more)) console.log(path);
}

/** Writes one page of all rows in these files, and prints its path. */
async function compareRuns(files: readonly string[], out: string): Promise<void> {
  if (!out.endsWith(".html")) {
    throw new UsageError(
      "Cannot compare runs without a page to write: name an .html file with --out",
    );
  }
  await checkFileWritable(out, "out");
  const rows = (await Promise.all(files.map(rowsOf))).flat();
  await writeWhole(out, new TextEncoder().encode(runsHtml(rows)));
  console.log(out);
}

/** The rows of a file, which has some. */
async function rowsOf(path: string): Promise<Row[]> {
  const rows = await readRows(path);
  if (rows.length > 0) return rows;
  // Of a file that is not there nobody has said so yet.
  await readFile(path);
  throw new Error(`Cannot compare the runs of ${path}: it has no row, expected what train prints`);
}

/** A folder without rows is a slip of the pen, not an empty report. */
async function checkRows(folder: string, scale: string): Promise<void> {
  const path = `${folder}/${scale}/rows`;
  try {
    if ((await Deno.stat(path)).isDirectory) return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  throw new Error(
    `Cannot read rows of ${folder}: expected a folder ${path}, as reproduce writes it`,
  );
}

if (import.meta.main) await runScript(main);
