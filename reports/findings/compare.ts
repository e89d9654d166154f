/** Whether scores differ by more than their seeds do, and what that says of a claim. */
import { type Finding, SEEDS_NEEDED } from "./finding.ts";
import { type Sample, welch } from "./welch.ts";
import type { Spread } from "./spread.ts";

/** The level of a test. */
export const SIGNIFICANT = 0.05;

/** Two samples beside one another. */
export interface Comparison {
  /** 1 where the first is higher, -1 where lower, null where nothing tells. */
  readonly order: -1 | 1 | null;
  readonly seeds: number;
  readonly test: string;
}

/** Scores over seeds. */
export interface Scored {
  readonly seeds: number;
  readonly scores: { readonly test: Spread };
}

/** By their test scores; `level` is lower where several comparisons make one verdict. */
export function compare(a: Scored, b: Scored, level = SIGNIFICANT): Comparison {
  const seeds = Math.min(a.seeds, b.seeds);
  if (seeds < SEEDS_NEEDED) return { order: null, seeds, test: `a test takes ${SEEDS_NEEDED}` };
  const [first, second] = [sampleOf(a), sampleOf(b)];
  const p = welch(first, second);
  if (p === null) return { order: null, seeds, test: "no spread to test by" };
  const order = p <= level ? first.mean > second.mean ? 1 : -1 : null;
  return { order, seeds, test: `Welch ${probabilityText(p)}` };
}

/** What a comparison says of the claim that its first is the higher one. */
export function judge(
  { order, seeds, test }: Comparison,
): Pick<Finding, "verdict" | "seeds" | "test"> {
  return {
    verdict: order === null ? "cannot tell" : order > 0 ? "agrees" : "differs",
    seeds,
    test,
  };
}

/** `p = 0.003`, `p < 0.001`. */
export function probabilityText(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${Number(p.toPrecision(p < 0.1 ? 1 : 2))}`;
}

function sampleOf({ seeds, scores: { test } }: Scored): Sample {
  return { size: seeds, ...test };
}
