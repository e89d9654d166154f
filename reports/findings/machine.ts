/** What seconds were measured on. */
import type { Row } from "../../training/row.ts";
import { plural } from "./format.ts";

/** The adapter, and a software driver's cores where the row tells them: seconds of others are no seconds of it. */
export function machineOf({ adapter, cores }: Pick<Row, "adapter" | "cores">): string {
  return cores === undefined ? adapter : `${adapter} on ${plural(cores, "core")}`;
}
