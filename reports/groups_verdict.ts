/** What the rows say of the number of groups, in words: parameters, score and memory. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Experiment } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import { type Pair, scoreDifference, seedsText, timesText } from "./comparison.ts";
import { amount, count, list, score, spreadText } from "./format.ts";
import { memorySentence } from "./memory_verdict.ts";
import { metricOf, summarise, type Summary } from "./summary.ts";

/** A line for each claim that there are rows for. */
export function groupsVerdict(
  rows: readonly Row[],
  { x, paper }: Pick<Experiment, "x" | "paper">,
): string {
  const summaries = summarise(rows, x);
  if (summaries.length === 0) return "Nothing has been measured yet.";
  const trained = summaries.filter(({ scores }) => scores);
  const grouped = trained.filter(({ model }) => model.groups > 1);
  const single = trained.find(({ model }) => model.groups === 1);
  const what = `test ${metricOf(rows)} on ${rows[0]!.dataset}`;
  return [
    grouped.length > 1 ? splitSentence([grouped.at(-1)!, grouped[0]!], what, paper) : "",
    bestSentence(grouped),
    single && grouped[0] ? singleSentence([grouped[0], single], paper) : "",
    memorySentence(summaries, "rev-gnn"),
  ].filter((sentence) => sentence !== "").join("\n");
}

/** The most groups against the fewest. */
function splitSentence(pair: Pair, what: string, paper: Experiment["paper"]): string {
  const [most, fewest] = pair;
  const scores = pair.map(({ scores }) => `${spreadText(scores!.test, score)} %`);
  return `With ${most.at} instead of ${fewest.x}, ${most.name} has ${count(most.parameters)} ` +
    `parameters instead of ${count(fewest.parameters)}, and its ${what} is ${scores[0]} against ` +
    `${scores[1]}: ${scoreDifference(pair, paper)}.`;
}

function bestSentence(grouped: readonly Summary[]): string {
  if (grouped.length < 3) return "";
  const best = d3.greatest(grouped, ({ scores }) => Number(score(scores!.test.mean)))!;
  const numbers = list(grouped.map(({ x }) => String(x)));
  return `Of ${numbers} groups (${seedsText(grouped)}), ${best.name} scores best with ` +
    `${best.x}: ${spreadText(best.scores!.test, score)} %.`;
}

/** The fewest groups that are reversible against all channels as one. */
function singleSentence(pair: Pair, paper: Experiment["paper"]): string {
  const [grouped, single] = pair;
  const times = timesText(grouped.parameters, single.parameters, "parameters");
  return `With ${amount(grouped.x, grouped.unit)} ${grouped.name} has ${times} ${single.name}, ` +
    `whose channels are one group, and scores ${scoreDifference(pair, paper)}.`;
}
