/** What the rows say of equilibrium models, in words: memory, score, convergence. All of it is computed. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Variable } from "../experiments/variable.ts";
import { withDefaults } from "../layers/equilibrium_options.ts";
import type { Row } from "../training/row.ts";
import { certainty, type Pair, pointsBetween, pointsText, withinSpread } from "./comparison.ts";
import { amount, list, residual, score, spreadText } from "./format.ts";
import { memorySentence } from "./memory_verdict.ts";
import { type Curve, curvesOf, firstWithin, lowest } from "./residual_chart.ts";
import { missedCount, type SolvesOf } from "./solves.ts";
import { metricOf, summarise, type Summary } from "./summary.ts";

/** A sentence for each claim that there are rows for. */
export function equilibriumVerdict(rows: readonly Row[], x: Variable): string {
  const summaries = summarise(rows, x);
  if (summaries.length === 0) return "Nothing has been measured yet.";
  return [
    memorySentence(summaries, "deq-gnn"),
    scoreSentences(summaries, rows[0]!, x),
    convergenceSentence(summaries),
    curvesSentence(rows),
  ].filter((sentence) => sentence !== "").join("\n");
}

/** The two models where both had most steps; then where the equilibrium model is ahead. */
function scoreSentences(summaries: readonly Summary[], row: Row, x: Variable): string {
  const pairs = pairsOf(summaries);
  const last = d3.greatest(pairs, ([solved]) => solved.x);
  if (!last) return "";
  const [solved, stacked] = last.map(({ name, scores }) =>
    `${spreadText(scores!.test, score)} % for ${name}`
  );
  const [{ name, x: steps }] = last;
  const points = pointsBetween(last);
  const difference = points === 0 ? "no difference" : pointsText(points);
  const first = `With ${steps} ${x.name}, the test ${metricOf([row])} on ${row.dataset} is ` +
    `${stacked} and ${solved}: ${difference} (${certainty(last)}).`;
  return pairs.length === 1 ? first : `${first} ${name} is ${placesOf(pairs)}.`;
}

/** Each equilibrium model and the network it stands beside, trained at the same value. */
function pairsOf(summaries: readonly Summary[]): Pair[] {
  const trained = summaries.filter(({ scores }) => scores);
  const stacked = trained.filter(({ model }) => model.kind !== "deq-gnn");
  return trained.filter(({ model }) => model.kind === "deq-gnn").flatMap((solved): Pair[] => {
    const beside = stacked.find(({ x }) => x === solved.x);
    return beside ? [[solved, beside]] : [];
  });
}

/** Level is what reads equal, or is no further apart than seeds are. */
function placesOf(pairs: readonly Pair[]): string {
  const place = (pair: Pair) => withinSpread(pair) ? 0 : Math.sign(pointsBetween(pair));
  const places = d3.groups(pairs, (pair) => ["behind", "level", "ahead"][place(pair) + 1]);
  return list(places.map(([place, at]) => `${place} at ${list(at.map(([{ x }]) => String(x)))}`));
}

/** How many solves reached their tolerance, and which did not. */
export function convergenceSentence(summaries: readonly Summary[]): string {
  const clauses = (["evaluation", "training", "adjoint"] as const)
    .flatMap((kind) => convergenceClause(summaries, kind));
  return clauses.length === 0 ? "" : `Convergence: ${clauses.join("; ")}.`;
}

function convergenceClause(summaries: readonly Summary[], kind: SolvesOf): string[] {
  const found = summaries.flatMap((summary) => {
    const solves = summary.solves?.[kind];
    return solves ? [{ summary, all: solves.solves, missed: missedCount(solves) }] : [];
  });
  if (found.length === 0) return [];
  const tolerances = new Set(found.map(({ summary }) => residual(toleranceOf(summary, kind))));
  const [all, missed] = [d3.sum(found, (one) => one.all), d3.sum(found, (one) => one.missed)];
  const goal = list([...tolerances]);
  if (missed === 0) return [`all of ${amount(all, `${kind} solve`)} reached ${goal}`];
  const places = found.filter((one) => one.missed > 0);
  const several = new Set(found.map(({ summary }) => summary.name)).size > 1;
  const text = places.map(({ missed, all, summary: { name, x, at } }, i) => {
    const model = several ? ` for ${name}` : "";
    return `${missed} of ${all}${model} at ${i < places.length - 1 ? x : at}`;
  });
  const share = `${Number((100 * missed / all).toPrecision(2))} %`;
  return [`${share} of ${amount(all, `${kind} solve`)} missed ${goal} (${list(text)})`];
}

function toleranceOf({ model }: Summary, kind: SolvesOf): number {
  const { tolerance, adjointTolerance } = withDefaults(model.equilibrium ?? {});
  return kind === "adjoint" ? adjointTolerance : tolerance;
}

/** How soon each solver gets to the tolerance. */
function curvesSentence(rows: readonly Row[]): string {
  const found = curvesOf(rows);
  if (!found) return "";
  const clauses = found.curves.map((curve) => curveClause(curve, found.tolerance));
  return `On the trained model a residual of ${residual(found.tolerance)} is reached ` +
    `${list(clauses)}.`;
}

function curveClause(curve: Curve, tolerance: number): string {
  const step = firstWithin(curve, tolerance);
  if (step !== null) return `by ${curve.name} after ${amount(step, "step")}`;
  const least = lowest(curve);
  const reached = least ? `, ${residual(least.value)} at best` : "";
  return `not by ${curve.name} (${amount(curve.residuals.length - 1, "step")}${reached})`;
}
