/** The entries of a line chart's legend, by which a reader mutes lines. */
import type { LineChart, Series } from "./chart.ts";
import { legendName } from "./columns.ts";

/** More lines than this have no entries: none of them could be told from the rest anyway. */
export const MOST_ENTRIES = 24;

/** A name, and the first line that bears it. */
export interface Entry {
  readonly name: string;
  readonly series: Series;
}

/** One entry for each name; none where there is nothing to tell apart. */
export function legendOf({ series }: LineChart): Entry[] {
  const entries = new Map<string, Series>();
  for (const one of series) {
    const name = legendName(one);
    if (name !== "" && (one.points.length > 0 || one.absent.length > 0) && !entries.has(name)) {
      entries.set(name, one);
    }
  }
  if (entries.size < 2 || entries.size > MOST_ENTRIES) return [];
  return [...entries].map(([name, series]) => ({ name, series }));
}
