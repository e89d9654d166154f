/** The flag that the tasks which draw reports share. */
import type { Flag } from "./flags.ts";

/** `--out`, with one default, so that `report` draws what `reproduce` has measured. */
export const REPORT_FOLDER = {
  type: "path",
  folder: true,
  writes: true,
  default: "reports/out",
  help: "folder of the measured rows and the report's pages",
} as const satisfies Flag;
