/** What the rows say of weight tying, in words: what it saves, what it costs, and how deep it pays. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Experiment, PaperSeries } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import { type Pair, scoreClause, scoreDifference, seedsText } from "./comparison.ts";
import { amount, count, list, score, spreadText } from "./format.ts";
import { memorySentence } from "./memory_verdict.ts";
import { metricOf, summarise, type Summary } from "./summary.ts";

/** A line for each claim that there are rows for. */
export function weightTyingVerdict(
  rows: readonly Row[],
  { x, paper }: Pick<Experiment, "x" | "paper">,
): string {
  const summaries = summarise(rows, x);
  if (summaries.length === 0) return "Nothing has been measured yet.";
  return [
    priceSentence(summaries, { rows, paper }),
    parameterSentence(summaries),
    memorySentence(summaries, "rev-gnn"),
    kindsSentence(summaries, paper),
    depthSentence(summaries, paper.series),
  ].filter((sentence) => sentence !== "").join("\n");
}

/** At the deepest depth that a network was trained at both ways: parameters saved, score paid. */
function priceSentence(
  summaries: readonly Summary[],
  { rows, paper }: { readonly rows: readonly Row[] } & Pick<Experiment, "paper">,
): string {
  const pair = deepest(
    pairs(summaries, (tied, other) => other.model.kind === tied.model.kind && !other.model.tied),
  );
  if (!pair) return "";
  const [tied, untied] = pair;
  const [few, many] = [tied.parameters, untied.parameters];
  const scores = pair.map(({ scores }) => `${spreadText(scores!.test, score)} %`);
  return `With ${tied.at}, sharing weights cuts ${untied.name}'s ${count(many)} parameters to ` +
    `${count(few)} (${Number((many / few).toPrecision(2))} times fewer), and the test ` +
    `${metricOf(rows)} on ${rows[0]!.dataset} is ${scores[0]} against ${scores[1]}: ` +
    `${scoreDifference(pair, paper)}.`;
}

/** How each model's parameters grow with depth, tied ones first. */
function parameterSentence(summaries: readonly Summary[]): string {
  const models = d3.groups(summaries, ({ name }) => name);
  const ordered = d3.sort(models, ([, [one]]) => one!.model.tied ? 0 : 1);
  const clauses = ordered.map(([name, runs]) => {
    const [first, last] = [runs[0]!, runs.at(-1)!];
    const from = `${count(first.parameters)} parameters at`;
    if (first.x === last.x) return `${name} has ${from} ${first.at}`;
    if (first.parameters === last.parameters) {
      return `${name} has ${from} ${first.x} and at ${last.at}`;
    }
    return `${name} has ${from} ${first.at} and ${count(last.parameters)} at ${last.x}`;
  });
  return `${clauses.join("; ")}.`;
}

/** Rebuilt against stored activations, both tied, at the deepest depth that both were trained at. */
function kindsSentence(
  summaries: readonly Summary[],
  paper: Experiment["paper"],
): string {
  const pair = deepest(
    pairs(
      summaries,
      (reversible, other) =>
        reversible.model.kind === "rev-gnn" && other.model.kind === "res-gnn" &&
        other.model.tied === true,
    ),
  );
  return pair ? `With ${pair[0].at}, ${scoreClause(pair, paper)}.` : "";
}

/** The depth that each tied model scores best at, beside the paper's. */
function depthSentence(summaries: readonly Summary[], series: readonly PaperSeries[]): string {
  const tied = summaries.filter(({ scores, model }) => scores && model.tied);
  const clauses = d3.groups(tied, ({ name }) => name).flatMap(([name, runs]) => {
    if (runs.length < 2) return [];
    const best = d3.greatest(runs, ({ scores }) => Number(score(scores!.test.mean)))!;
    return [`${name} scores best with ${best.at}${theirs(name, series)}`];
  });
  if (clauses.length === 0) return "";
  const depths = [...new Set(tied.map(({ x }) => x))].toSorted((a, b) => a - b);
  return `Of ${list(depths.map(String))} layers (${seedsText(tied)}), ${clauses.join("; ")}.`;
}

function theirs(name: string, series: readonly PaperSeries[]): string {
  const beside = series.find((one) => one.tied && one.beside.includes(name));
  if (!beside) return "";
  const scored = beside.points.filter(({ score }) => typeof score === "number");
  const best = d3.greatest(scored, ({ score }) => score as number);
  return best ? ` (the paper's ${beside.name} with ${amount(best.x, "layer")})` : "";
}

/** Each tied and trained model with every trained one of its depth that it is compared with. */
function pairs(
  summaries: readonly Summary[],
  alike: (tied: Summary, other: Summary) => boolean,
): Pair[] {
  const trained = summaries.filter(({ scores }) => scores);
  return trained.filter(({ model }) => model.tied).flatMap((tied) =>
    trained.filter((other) => other.x === tied.x && alike(tied, other)).map((other): Pair => [
      tied,
      other,
    ])
  );
}

function deepest(pairs: readonly Pair[]): Pair | undefined {
  return d3.greatest(pairs, ([model]) => model.x);
}
