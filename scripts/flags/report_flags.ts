/** Flags of the tasks that draw the report. */
import type { Flag } from "./flags.ts";

/** `--out`: one default, so that `report` draws what `reproduce` has measured. */
export const REPORT_FOLDER = {
  type: "path",
  folder: true,
  writes: true,
  default: "reports/out",
  help: "the folder of rows and pages",
} as const satisfies Flag;
