/** A finding: a claim of the paper, what was measured here, and whether the two agree. */
import type { Row } from "../../training/row.ts";
import { plural } from "./format.ts";

export type Verdict = "agrees" | "differs" | "cannot tell";

/** What a page claims. Texts are of a table's cells: short, without a full stop. */
export interface Finding {
  readonly claim: string;
  readonly ours: string;
  readonly paper: string;
  readonly verdict: Verdict;
  /** The fewest seeds behind either side of a comparison; null where it needs none. */
  readonly seeds: number | null;
  /** What the verdict rests on, or why there is none: `Welch p = 0.003`, `bytes, no seed needed`. */
  readonly test: string;
}

/** `3 seeds: Welch p = 0.003`, `bytes, no seed needed`. */
export function basisText({ seeds, test }: Pick<Finding, "seeds" | "test">): string {
  return seeds === null ? test : `${plural(seeds, "seed")}: ${test}`;
}

/** A verdict and what it rests on, as short as can be: `agrees`, `agrees (Welch p = 0.003)`. */
export function briefText({ verdict, seeds, test }: Finding): string {
  return seeds === null
    ? verdict
    : `${verdict} (${seeds < SEEDS_NEEDED ? plural(seeds, "seed") : test})`;
}

/** Each side of a comparison of scores takes so many before a test is asked. */
export const SEEDS_NEEDED = 3;

/** What a test over seeds can and cannot speak of, and which order of the paper it is held against. */
export const WHAT_SEEDS_SHARE =
  "Scores agree or differ only where three seeds or more on each side and Welch’s two-sided test at " +
  "5 % say so; the paper’s order is that of its printed figures, where its own deviations do not deny " +
  "it. Seeds differ in first weights, dropout and batches; all share one split of the data, and a " +
  "planted graph too, so that none of this speaks of another split.";

/** Why there is no finding; null where there are some. */
export function emptyText(findings: readonly Finding[], rows: readonly Row[]): string | null {
  if (findings.length > 0) return null;
  if (rows.length === 0) return "Nothing has been measured yet.";
  const refused = rows.filter(({ status }) => status === "does not fit").length;
  const why = refused === 0
    ? ""
    : `: ${plural(refused, "run")} ${refused === 1 ? "does" : "do"} not fit`;
  return `Too little has been measured to compare yet${why}.`;
}
