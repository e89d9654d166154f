/** How two models compare, in words that say no more than their seeds allow, the paper's beside ours. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { PaperFigures, PaperPoint, PaperSeries } from "../experiments/experiment.ts";
import { list, percent, plural, score, spreadText } from "./format.ts";
import type { Spread, Summary } from "./summary.ts";

/** A model and the one it is compared with; only trained ones have a score to compare. */
export type Pair = readonly [model: Summary, other: Summary];

/** What two models are compared in beside their scores. */
export type Cost = "memory" | "parameters";

/** `RevGNN-32 scores 0.40 points more than ResGNN-32 (one seed), as in the paper (…)`. */
export function scoreClause(
  pair: Pair,
  paper: PaperFigures,
  nameOf: (model: Summary) => string = ({ name }) => name,
): string {
  const [model, other] = pair.map(nameOf);
  const ours = `${model} ${scores(pointsBetween(pair))} ${other} (${certainty(pair)})`;
  return `${ours}${beside(pair, paper)}`;
}

/** `0.40 points more (one seed), as in the paper (…)`: what `scoreClause` says without names of ours. */
export function scoreDifference(pair: Pair, paper: PaperFigures): string {
  return `${pointsText(pointsBetween(pair))} (${certainty(pair)})${beside(pair, paper)}`;
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
    const points = pointsText(pointsBetween(pair));
    const verb = cost === "memory" ? "takes" : "has";
    return `${pair[0].name} ${verb} ${timesText(value!, other!, cost)} ${pair[1].name} and ` +
      `scores ${points}${shared === null ? ` (${certainties[i]})` : ""}` +
      agreement(pair, paper);
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
  const text = plural(seeds, "seed");
  return withinSpread(pair) ? `within the spread of ${text}` : text;
}

/** Whether two models read as far apart as one of them is from seed to seed at most; of one seed: equal. */
export function withinSpread(pair: Pair): boolean {
  const stds = pair.map((one) => test(one).std ?? 0);
  return Math.abs(pointsBetween(pair)) <= Number(score(Math.max(...stds)));
}

/** What values are worth: `one seed`, `means over 3 seeds`, `means over 1 to 3 seeds`. */
export function seedsText(
  counted: readonly Pick<Summary, "seeds">[],
  what = "means over ",
): string {
  const [fewest, most] = d3.extent(counted, ({ seeds }) => seeds) as [number, number];
  if (most === 1) return "one seed";
  return `${what}${fewest === most ? "" : `${fewest} to `}${plural(most, "seed")}`;
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
function beside(pair: Pair, paper: PaperFigures): string {
  const found = paperPair(pair, paper);
  if (!found) return "";
  const figures = found.map(({ name, score, std }) =>
    `${name} ${spreadText({ mean: score, std }, percent)}`
  );
  const agreed = agreement(pair, paper);
  return agreed ? `${agreed} (${figures.join(", ")})` : `; the paper has ${list(figures)}`;
}

/**
 * Whether the paper's figures of the same two models differ the same way; nothing where it has none, or
 * where its two or ours are no further apart than seeds are, which neither bears out nor contradicts.
 */
function agreement(pair: Pair, paper: PaperFigures): string {
  const order = paperOrder(pair, paper);
  if (order === null || order === 0 || withinSpread(pair)) return "";
  return order === Math.sign(pointsBetween(pair)) ? ", as in the paper" : ", unlike in the paper";
}

/** 1 where the paper's first is better, -1 where worse, 0 within its own spread; null where it lacks one. */
export function paperOrder(pair: Pair, paper: PaperFigures): number | null {
  const found = paperPair(pair, paper);
  if (!found) return null;
  const gap = printed(percent(found[0].score), percent(found[1].score));
  return Math.abs(gap) <= Math.max(...found.map(({ std }) => std ?? 0)) ? 0 : Math.sign(gap);
}

/** What the paper prints of one model. */
interface Told {
  readonly name: string;
  readonly score: number;
  readonly std: number | null;
}

/** Both models' scores in the paper at the value that ours have, or in its table. */
function paperPair(pair: Pair, { series, table }: PaperFigures): [Told, Told] | null {
  const told = pair.map(({ name, x }): Told[] => {
    const besides = series.filter((one) => one.beside.includes(name));
    return besides.flatMap((one) => {
      const point = pointAt(one, table ? one.points[0]!.x : x);
      if (typeof point?.score !== "number") return [];
      return [{ name: one.name, score: point.score, std: point.std ?? null }];
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
