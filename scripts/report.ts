/** `deno task report`: draws every page again from the measured rows; needs no GPU. */
import { SCALES } from "../experiments/experiment.ts";
import { writeReports } from "../reports/write.ts";
import { defineFlags, runScript } from "./flags.ts";

const flags = defineFlags("report", "Draws every page again from its rows; needs no GPU.", {
  scale: { type: "choice", choices: SCALES, default: "quick", help: "whose rows to draw" },
  out: { type: "string", default: "reports/out", help: "the folder of rows and pages" },
});

/** Writes the pages and prints their paths. */
export async function main(args: string[]): Promise<void> {
  const { scale, out } = flags.parse(args);
  for (const path of await writeReports(out, scale)) console.log(path);
}

if (import.meta.main) await runScript(main);
