/** Runs that differ in their seeds alone, as one sentence. */
import type { Row, Scores } from "../../training/row.ts";
import { plural, score } from "./format.ts";
import { spread, spreadText } from "./spread.ts";
import { metricOfRows } from "./summary.ts";

/** `3 seeds: test accuracy 74.02 ± 0.18, valid 75.01 ± 0.11, train 80.20 ± 0.30; …`. */
export function meanOfSeeds(rows: readonly Row[]): string {
  const of = (part: keyof Scores) => {
    const found = spread(rows.map(({ scores }) => scores?.[part] ?? null));
    return found === null ? "none" : spreadText(found, score);
  };
  return `${plural(rows.length, "seed")}: test ${metricOfRows(rows)} ${of("test")}, ` +
    `valid ${of("valid")}, train ${of("train")} (per cent, mean ± sample deviation)`;
}
