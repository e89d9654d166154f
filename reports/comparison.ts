/** How two models compare, in words that say no more than their seeds allow, the paper's beside ours. */
import type { PaperFigures, PaperPoint, PaperSeries } from "../experiments/experiment.ts";
import { percent, plural, score } from "./format.ts";
import type { Spread, Summary } from "./summary.ts";

/** A model and the one it is compared with; only trained ones have a score to compare. */
export type Pair = readonly [model: Summary, other: Summary];

/** What two models are compared in beside their scores. */
export type Cost = "memory" | "parameters";

/** `RevGNN-32 scores 0.40 points more than ResGNN-32 (one seed), as in the paper (…)`. */
export function scoreClause(pair: Pair, paper: PaperFigures): string {
  const [model, other] = pair;
  const points = pointsBetween(pair);
  const ours = `${model.name} ${scores(points)} ${other.name} (${certainty(pair)})`;
  return `${ours}${beside(pair, points, paper)}`;
}

/** `0.40 points more (one seed), as in the paper (…)`: what `scoreClause` says without names of ours. */
export function scoreDifference(pair: Pair, paper: PaperFigures): string {
  const points = pointsBetween(pair);
  return `${pointsText(points)} (${certainty(pair)})${beside(pair, points, paper)}`;
}

/**
 * `Reversible: RevGNN-32 takes 2.5 times less memory than ResGNN-32 and scores 0.40 points less, as in
 * the paper; …`; empty where there are no pairs. The paper's figures themselves stand in the table.
 */
export function costsSentence(
  topic: string,
  pairs: readonly Pair[],
  { cost, paper }: { readonly cost: Cost; readonly paper: PaperFigures },
): string {
  if (pairs.length === 0) return "";
  const certainties = pairs.map(certainty);
  const shared = new Set(certainties).size === 1 ? certainties[0] : null;
  const clauses = pairs.map((pair, i) => {
    const [value, other] = pair.map((one) => cost === "memory" ? one.peakBytes : one.parameters);
    const points = pointsBetween(pair);
    const verb = cost === "memory" ? "takes" : "has";
    return `${pair[0].name} ${verb} ${timesText(value!, other!, cost)} ${pair[1].name} and ` +
      `scores ${pointsText(points)}${shared === null ? ` (${certainties[i]})` : ""}` +
      agreement(points, paperPair(pair, paper));
  });
  const end = shared === null ? "" : ` (${clauses.length > 1 ? "all " : ""}${shared})`;
  return `${topic}${clauses.join("; ")}${end}.`;
}

/** `0.40 points more`, `the same`. */
export function pointsText(points: number): string {
  if (points === 0) return "the same";
  return `${percent(Math.abs(points))} points ${points > 0 ? "more" : "less"}`;
}

/** The difference of the means in points as they are printed, so that what reads equal is equal. */
export function pointsBetween([model, other]: Pair): number {
  return printed(score(test(model).mean), score(test(other).mean));
}

/** How much a difference is worth: `one seed`, `3 seeds`, `within the spread of 3 seeds`. */
export function certainty(pair: Pair): string {
  const seeds = Math.min(...pair.map((one) => one.seeds));
  if (seeds === 1) return "one seed";
  const [a, b] = pair.map(test) as [Spread, Spread];
  const within = Math.abs(a.mean - b.mean) <= Math.max(a.std ?? 0, b.std ?? 0);
  return within ? `within the spread of ${plural(seeds, "seed")}` : plural(seeds, "seed");
}

/** What means are worth: `one seed`, `means over 3 seeds`; of the model that has the fewest. */
export function seedsText(summaries: readonly Summary[]): string {
  const seeds = Math.min(...summaries.map((one) => one.seeds));
  return seeds === 1 ? "one seed" : `means over ${seeds} seeds`;
}

/** How many times, as it is printed: two digits. */
export function digits(times: number): number {
  return Number(times.toPrecision(2));
}

/** `2.5 times the memory of`, `as much memory as`, to two digits. */
export function timesText(value: number, other: number, noun: string): string {
  const [more, less] = [value / other, other / value].map(digits);
  if (more === 1 || less === 1) return `as ${noun === "memory" ? "much" : "many"} ${noun} as`;
  const few = noun === "memory" ? "less" : "fewer";
  return more! > 1 ? `${more} times the ${noun} of` : `${less} times ${few} ${noun} than`;
}

function scores(points: number): string {
  return points === 0 ? "scores the same as" : `scores ${pointsText(points)} than`;
}

/** The same with the paper's figures; nothing where it has none. */
function beside(pair: Pair, points: number, paper: PaperFigures): string {
  const found = paperPair(pair, paper);
  const figures = found?.map(([name, value]) => `${name} ${percent(value)}`) ?? [];
  return found ? `${agreement(points, found)} (${figures.join(", ")})` : "";
}

/** Whether the paper's figures of the same two models differ the same way; nothing where it has none. */
function agreement(points: number, found: readonly [Told, Told] | null): string {
  if (!found) return "";
  const theirs = printed(percent(found[0][1]), percent(found[1][1]));
  return Math.sign(theirs) === Math.sign(points) ? ", as in the paper" : ", unlike in the paper";
}

type Told = readonly [name: string, score: number];

/** Both models' scores in the paper at the value that ours have, or in its table. */
function paperPair(pair: Pair, { series, table }: PaperFigures): [Told, Told] | null {
  const told = pair.map(({ name, x }): Told[] => {
    const besides = series.filter((one) => one.beside.includes(name));
    return besides.flatMap((one) => {
      const point = pointAt(one, table ? one.points[0]!.x : x);
      return typeof point?.score === "number" ? [[one.name, point.score]] : [];
    });
  });
  const [[first] = [], [second] = []] = told;
  return first && second ? [first, second] : null;
}

function pointAt({ points }: PaperSeries, x: number): PaperPoint | undefined {
  return points.find((point) => point.x === x);
}

function printed(value: string, other: string): number {
  return Number((Number(value) - Number(other)).toFixed(2));
}

function test({ scores }: Summary): Spread {
  return scores!.test;
}
