/** What the rows say of all models at one depth: what each idea saves, and what it costs or brings. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Experiment, PaperFigures } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import { costsSentence, type Pair, scoreDifference } from "./comparison.ts";
import { convergenceSentence } from "./equilibrium_verdict.ts";
import { bytes, score, spreadText } from "./format.ts";
import { bestSentence } from "./ranking.ts";
import { metricOf, summarise, type Summary } from "./summary.ts";

/** Two models of one width, unless it is the width that they are compared in. */
type Alike = (model: Summary["model"], other: Summary["model"]) => boolean;

const REVERSIBLE: Alike = (a, b) =>
  a.kind === "rev-gnn" && b.kind === "res-gnn" && !a.tied === !b.tied && a.channels === b.channels;
const TIED: Alike = (a, b) =>
  a.tied === true && !b.tied && a.kind === b.kind && a.channels === b.channels;
const SOLVED: Alike = (a, b) =>
  a.kind === "deq-gnn" && b.kind === "res-gnn" && b.tied === true && a.channels === b.channels;

/** A line for each claim that there are rows for. */
export function modelsVerdict(
  rows: readonly Row[],
  { x, paper }: Pick<Experiment, "x" | "paper">,
): string {
  const summaries = summarise(rows, x);
  if (summaries.length === 0) return "Nothing has been measured yet.";
  const [metric, dataset] = [metricOf(rows), rows[0]!.dataset];
  const memory = { cost: "memory", paper } as const;
  const reversible = pairsOf(summaries, REVERSIBLE);
  const widest = d3.greatest(reversible, ([{ model }]) => model.channels);
  return [
    widest
      ? savingSentence(widest, `test ${metric} on ${dataset}`, paper)
      : memorySentence(summaries),
    bestSentence(summaries, { metric, dataset, paper }),
    widest ? refusedSentence(summaries) : "",
    costsSentence("Reversible: ", reversible.filter((pair) => pair !== widest), memory),
    costsSentence("Weight-tied: ", pairsOf(summaries, TIED), { cost: "parameters", paper }),
    costsSentence("Equilibrium: ", pairsOf(summaries, SOLVED), memory),
    costsSentence("Wider: ", widerPairs(summaries), memory),
    convergenceSentence(summaries),
  ].filter((sentence) => sentence !== "").join("\n");
}

/** The widest reversible model and the residual one of its width. */
function savingSentence(pair: Pair, what: string, paper: PaperFigures): string {
  const [model, other] = pair;
  const scores = pair.map(({ scores }) => `${spreadText(scores!.test, score)} %`);
  return `With ${model.at} of ${model.model.channels} channels, ${model.name} takes ` +
    `${bytes(model.peakBytes)} of memory where ${other.name} takes ${
      bytes(other.peakBytes)
    }, and ` +
    `its ${what} is ${scores[0]} against ${scores[1]}: ${scoreDifference(pair, paper)}.`;
}

/** Where no two can be compared. */
function memorySentence(summaries: readonly Summary[]): string {
  return `Of device memory, ${summaries.map(memoryClause).join("; ")}.`;
}

/** What has no score as it was refused, which is what the paper says of its widest residual network. */
function refusedSentence(summaries: readonly Summary[]): string {
  const refused = summaries.filter(({ status }) => status === "does not fit");
  return refused.length === 0 ? "" : `Not all fit: ${refused.map(memoryClause).join("; ")}.`;
}

function memoryClause({ name, status, peakBytes, memoryBudget }: Summary): string {
  return status === "does not fit"
    ? `${name} would need ${bytes(peakBytes)}, over the budget of ${bytes(memoryBudget!)}`
    : `${name} takes ${bytes(peakBytes)}`;
}

/** Every trained model with the ones that it is compared with. */
function pairsOf(summaries: readonly Summary[], alike: Alike): Pair[] {
  const trained = summaries.filter(({ scores }) => scores);
  return trained.flatMap((model) =>
    trained.filter((other) => alike(model.model, other.model)).map((other): Pair => [model, other])
  );
}

/** Each model with the narrowest of its own kind. */
function widerPairs(summaries: readonly Summary[]): Pair[] {
  const kin: Alike = (a, b) => a.kind === b.kind && !a.tied === !b.tied && a.channels > b.channels;
  const byModel = d3.groups(pairsOf(summaries, kin), ([model]) => model);
  return byModel.map(([, pairs]) => d3.least(pairs, ([, { model }]) => model.channels)!);
}
