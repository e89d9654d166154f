/** `deno task report`: draws every page again from the measured rows; needs no GPU. */
import { SCALES } from "../experiments/experiment.ts";
import { writeReports } from "../reports/pages/write.ts";
import { defineFlags, runScript } from "./flags/flags.ts";
import { REPORT_FOLDER } from "./flags/report_flags.ts";
import { checkWritable } from "./shared/writable.ts";

const flags = defineFlags("report", "Draws every page again from its rows; needs no GPU.", {
  scale: { type: "choice", choices: SCALES, default: "quick", help: "whose rows to draw" },
  rows: { type: "folders", help: "other machines' rows to show as well" },
  out: REPORT_FOLDER,
});
export { flags as reportFlags };

/** Writes the pages and prints their paths. */
export async function main(args: string[]): Promise<void> {
  const { scale, rows: more = [], out } = flags.parse(args);
  for (const folder of more) await checkRows(folder, scale);
  await checkWritable(out, "out");
  for (const path of await writeReports(out, scale, more)) console.log(path);
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
