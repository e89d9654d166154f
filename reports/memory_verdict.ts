/** What the rows say of memory and score, in words; every word of it is computed. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Variable } from "../experiments/variable.ts";
import type { ModelOptions } from "../models/model.ts";
import type { Row } from "../training/row.ts";
import { certainty, type Pair, pointsBetween, seedsText, withinSpread } from "./comparison.ts";
import { bytes, list, score, spreadText } from "./format.ts";
import { metricOf, summarise, type Summary } from "./summary.ts";

/** A sentence for each claim that there are rows for. */
export function memoryVerdict(rows: readonly Row[], x: Variable): string {
  const summaries = summarise(rows, x);
  if (summaries.length === 0) return "Nothing has been measured yet.";
  return [
    memorySentence(summaries, "rev-gnn"),
    scoreSentence(rows, summaries),
    depthSentence(summaries),
  ].filter((sentence) => sentence !== "").join("\n");
}

/** How each model's memory grows, first of the kind that the experiment is about. */
export function memorySentence(
  summaries: readonly Summary[],
  first: ModelOptions["kind"],
): string {
  const models = d3.groups(summaries, (summary) => summary.name);
  const ordered = d3.sort(models, ([, [one]]) => one!.model.kind === first ? 0 : 1);
  return `${ordered.map(([name, depths]) => memoryClause(name, depths)).join("; ")}.`;
}

function memoryClause(name: string, depths: readonly Summary[]): string {
  const fits = depths.filter((summary) => summary.status !== "does not fit");
  const tooDeep = depths.find((summary) => summary.status === "does not fit");
  const need = tooDeep &&
    `need ${bytes(tooDeep.peakBytes)} in total at ${tooDeep.at}, ` +
      `over the budget of ${bytes(tooDeep.memoryBudget!)}`;
  const first = fits[0];
  if (!first) return `${name} would ${need}`;
  const grown = `${name}'s activations ${growth(first, fits.at(-1)!)}`;
  return need ? `${grown}, and it would ${need}` : grown;
}

function growth(first: Summary, last: Summary): string {
  const from = bytes(first.activationBytes);
  const to = bytes(last.activationBytes);
  if (first.x === last.x) return `take ${from} at ${first.at}`;
  if (from === to) return `take ${from} at ${first.x} and at ${last.at}`;
  const slope = (last.activationBytes - first.activationBytes) / (last.x - first.x);
  const verb = slope > 0 ? "grow" : "shrink";
  return `${verb} by ${bytes(Math.abs(slope))} a ${first.unit}, from ${from} at ${first.at} ` +
    `to ${to} at ${last.x}`;
}

/** Compares models at the deepest depth that two or more were trained at. */
function scoreSentence(rows: readonly Row[], summaries: readonly Summary[]): string {
  const trained = d3.groups(summaries.filter(({ scores }) => scores), (summary) => summary.at);
  const shared = trained.filter(([, models]) => models.length > 1);
  const [at, models = []] = d3.greatest(shared, ([, [first]]) => first!.x) ?? [];
  if (at === undefined) return "";
  const scores = models.map(({ name, scores }) =>
    `${spreadText(scores!.test, score)} % for ${name}`
  );
  return `Trained with ${at} on ${rows[0]!.dataset}, the test ${metricOf(rows)} is ${
    list(scores)
  }.`;
}

/** Whether more layers score higher, model by model from the fewest to the most it was trained with. */
function depthSentence(summaries: readonly Summary[]): string {
  const trained = d3.groups(summaries.filter(({ scores }) => scores), (summary) => summary.name);
  const pairs = trained.flatMap(([, [first, ...deeper]]): Pair[] => {
    const last = deeper.at(-1);
    return last ? [[last, first!]] : [];
  });
  if (pairs.length === 0) return "";
  const clauses = pairs.map((pair) => {
    const [{ name, x: to }, { x: from }] = pair;
    const within = withinSpread(pair) && pair.every(({ seeds }) => seeds > 1);
    return `${name} ${signed(pointsBetween(pair))} points from ${from} to ${to} layers` +
      (within ? `, ${certainty(pair)}` : "");
  });
  const risen = pairs.filter((pair) => pointsBetween(pair) > 0 && !withinSpread(pair)).length;
  const verdict = risen === pairs.length
    ? "here too more layers score higher"
    : risen === 0
    ? "here more layers do not score higher"
    : `more layers score higher in ${risen} of ${pairs.length} models`;
  return `${verdict[0]!.toUpperCase()}${verdict.slice(1)} (${list(clauses)}; ` +
    `${seedsText(pairs.flat())}).`;
}

/** `+1.20`, `−0.40`: a difference in points. */
export function signed(points: number): string {
  return `${points > 0 ? "+" : points < 0 ? "−" : ""}${Math.abs(points).toFixed(2)}`;
}
