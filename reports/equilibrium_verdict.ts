/** What the rows say of equilibrium models, in words: memory, score, convergence. All of it is computed. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Variable } from "../experiments/variable.ts";
import { withDefaults } from "../layers/equilibrium_options.ts";
import type { Row } from "../training/row.ts";
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

/** An equilibrium model and the network it stands beside, trained at the same value. */
interface Pair {
  readonly x: number;
  readonly solved: Summary;
  readonly stacked: Summary;
}

/** The two models where both had most steps; then where the equilibrium model is ahead. */
function scoreSentences(summaries: readonly Summary[], row: Row, x: Variable): string {
  const pairs = pairsOf(summaries);
  const last = d3.greatest(pairs, (pair) => pair.x);
  if (!last) return "";
  const [stacked, solved] = [last.stacked, last.solved].map(({ name, scores }) =>
    `${spreadText(scores!.test, score)} % for ${name}`
  );
  const lead = leadOf(last);
  const difference = lead === 0
    ? "no difference"
    : `${Math.abs(lead).toFixed(2)} points ${lead > 0 ? "more" : "less"}`;
  const first =
    `With ${last.x} ${x.name}, the test ${metricOf([row])} on ${row.dataset} is ${stacked} and ` +
    `${solved}: ${difference}.`;
  return pairs.length === 1 ? first : `${first} ${last.solved.name} is ${placesOf(pairs)}.`;
}

function pairsOf(summaries: readonly Summary[]): Pair[] {
  const trained = summaries.filter(({ scores }) => scores);
  const stacked = trained.filter(({ model }) => model.kind !== "deq-gnn");
  return trained.filter(({ model }) => model.kind === "deq-gnn").flatMap((solved) => {
    const beside = stacked.find(({ x }) => x === solved.x);
    return beside ? [{ x: solved.x, solved, stacked: beside }] : [];
  });
}

/** In points as they are printed, so that what reads equal is equal. */
function leadOf({ solved, stacked }: Pair): number {
  const [ours, theirs] = [solved, stacked].map(({ scores }) => Number(score(scores!.test.mean)));
  return Number((ours! - theirs!).toFixed(2));
}

function placesOf(pairs: readonly Pair[]): string {
  const places = d3.groups(
    pairs,
    (pair) => ["behind", "level", "ahead"][Math.sign(leadOf(pair)) + 1],
  );
  return list(places.map(([place, at]) => `${place} at ${list(at.map(({ x }) => String(x)))}`));
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
