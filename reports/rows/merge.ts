/** Merges the rows of several folders: duplicates become one row, contradictions are listed. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Row } from "../../training/row.ts";
import { settingsKey } from "./keys.ts";

/** One run that two machines, or two dates, have different rows of; the newest is shown. */
export interface Conflict {
  readonly shown: Row;
  readonly left: readonly Row[];
}

/** All rows by date, oldest first, and the runs that several folders have rows of their own for. */
export function mergeRows(
  folders: readonly (readonly Row[])[],
): { rows: Row[]; conflicts: Conflict[] } {
  const rows = new Map<string, Row>();
  const newest = folders.map((folder) => new Map(folder.map((row) => [settingsKey(row), row])));
  for (const row of folders.flat()) rows.set(`${settingsKey(row)} ${measurement(row)}`, row);
  const runs = new Set(newest.flatMap((folder) => [...folder.keys()]));
  const conflicts = [...runs].flatMap((run): Conflict[] => {
    const own = newest.flatMap((folder) => folder.get(run) ?? []);
    const distinct = [...new Map(own.map((row) => [measurement(row), row])).values()];
    const [shown, ...left] = d3.sort(distinct, (row) => row.date).toReversed();
    return left.length > 0 ? [{ shown: shown!, left }] : [];
  });
  return { rows: d3.sort(rows.values(), (row) => row.date), conflicts };
}

/** Identifies one measurement of a run among others. */
function measurement({ adapter, commit, date }: Row): string {
  return JSON.stringify([adapter, commit, date]);
}
