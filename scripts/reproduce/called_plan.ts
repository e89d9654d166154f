/** What a call of `reproduce` or `sweep` asks for, and what there is of it already. */
import type { Row } from "../../training/row.ts";
import type { Planned } from "./plan.ts";

export interface CalledPlan {
  /** The task that is called. */
  readonly task: "reproduce" | "sweep";
  readonly scale: string;
  /** The folder of rows and pages, from the root. */
  readonly out: string;
  /** Most seconds from one writing of a run's state to the next. */
  readonly resumeEvery: number;
  /** All rows that there are. */
  readonly rows: readonly Row[];
  /** The plan, where these are the rows. */
  readonly planFrom: (rows: readonly Row[]) => readonly Planned[];
}
