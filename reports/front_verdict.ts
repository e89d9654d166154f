/** Which models no other beats in score and memory, in words; every word of it is computed. */
import type { Experiment } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import { pointsText, seedsText, timesText } from "./comparison.ts";
import { averageSentences } from "./comparison_table.ts";
import { bytes, list, percent, plural, score, spreadText } from "./format.ts";
import { frontOf, type OwnStanding, ownStandings, paperStandings, type Standing } from "./front.ts";
import { metricOf } from "./summary.ts";

/** A sentence for each claim that there are rows for. */
export function frontVerdict(
  rows: readonly Row[],
  { x, paper }: Pick<Experiment, "x" | "paper">,
): string {
  if (rows.length === 0) return "Nothing has been measured yet.";
  const standings = ownStandings(rows, x);
  if (standings.length === 0) return "No model has been trained yet.";
  const front = frontOf(standings);
  return [
    [frontSentence(front, standings, rows), ...averageSentences(rows)].join(" "),
    reversibleSentence(front, frontOf(paperStandings(paper)), paperStandings(paper).length),
    priceSentence(front),
    beatenSentence(front, standings),
  ].filter((sentence) => sentence !== "").join("\n");
}

function frontSentence(
  front: readonly OwnStanding[],
  standings: readonly OwnStanding[],
  rows: readonly Row[],
): string {
  const { dataset } = rows[0]!;
  const [first] = front;
  const metric = `test ${metricOf(rows)}`;
  const numbers = ({ summary, memory }: OwnStanding) =>
    `${spreadText(summary.scores.test, score)} % in ${bytes(memory)}`;
  if (standings.length === 1) {
    return `${first!.name}, the only model trained so far, has a ${metric} of ` +
      `${numbers(first!)} on ${dataset}.`;
  }
  const models = front.map((one) => `${one.name} (${numbers(one)})`);
  return `On ${dataset} ${list(models)} ${front.length === 1 ? "is" : "are"} beaten by none of ` +
    `${plural(standings.length, "model")} in both ${metric} and memory (${
      seedsText(standings.map(({ summary }) => summary))
    }).`;
}

/** Whether the front is of reversible models, and whether the paper's is. */
function reversibleSentence(
  front: readonly Standing[],
  theirs: readonly Standing[],
  theirModels: number,
): string {
  const ours = ourShare(front);
  if (theirs.length === 0) return `${ours}.`;
  const own = (standings: readonly Standing[]) => standings.every(({ reversible }) => reversible);
  const reversible = theirs.filter((one) => one.reversible).length;
  const share = reversible === theirs.length ? "all" : String(reversible);
  return `${ours}, ${own(front) === own(theirs) ? "as" : "unlike"} in the paper, where ` +
    `${theirs.length} of ${theirModels} models are beaten by none, ${share} of them reversible: ` +
    `${list(theirs.map(({ name }) => name))}.`;
}

function ourShare(front: readonly Standing[]): string {
  const others = front.filter(({ reversible }) => !reversible);
  if (front.length === 1) return `It is ${others.length === 0 ? "" : "not "}reversible`;
  if (others.length === 0) return `All ${front.length} are reversible`;
  if (others.length === front.length) return `None of these ${front.length} is reversible`;
  return `${front.length - others.length} of these ${front.length} are reversible, not ` +
    list(others.map(({ name }) => name));
}

/** From one end of the front to the other, where a higher score takes more memory. */
function priceSentence(front: readonly OwnStanding[]): string {
  const [first, last] = [front[0]!, front.at(-1)!];
  if (first.score === last.score) return "";
  const times = Number((last.memory / first.memory).toPrecision(2));
  return `From ${first.name} to ${last.name} the score rises by ` +
    `${percent(last.score - first.score)} points, and the memory to ${times} times as much.`;
}

/** Models that are not reversible beside the best reversible one that takes no more memory. */
function beatenSentence(
  front: readonly OwnStanding[],
  standings: readonly OwnStanding[],
): string {
  const clauses = standings.filter((one) => !one.reversible && !front.includes(one))
    .flatMap((one) => {
      const by = front.findLast((other) => other.memory <= one.memory && other.score >= one.score);
      if (!by?.reversible) return [];
      return [
        `${one.name} takes ${timesText(one.memory, by.memory, "memory")} ${by.name} and ` +
        `scores ${pointsText(Number(percent(one.score - by.score)))}`,
      ];
    });
  return clauses.length === 0 ? "" : `Of the others ${list(clauses)}.`;
}
