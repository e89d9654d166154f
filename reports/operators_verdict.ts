/** What the rows say of operators, in words: what reversibility saves and costs around each. */
import type { Experiment } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import { costsSentence, digits, type Pair, pointsBetween, seedsText } from "./comparison.ts";
import { convolutionOf } from "./comparison_table.ts";
import { bytes, list, score, spreadText } from "./format.ts";
import { signed } from "./memory_verdict.ts";
import { ranked } from "./ranking.ts";
import { metricOf, summarise, type Summary } from "./summary.ts";

/** A line for each claim that there are rows for. */
export function operatorsVerdict(
  rows: readonly Row[],
  { x, paper }: Pick<Experiment, "x" | "paper">,
): string {
  const summaries = summarise(rows, x);
  if (summaries.length === 0) return "Nothing has been measured yet.";
  const what = `test ${metricOf(rows)} on ${rows[0]!.dataset}`;
  const pairs = pairsOf(summaries);
  return [
    pairs.length > 0 ? savingSentence(pairs, what) : memorySentence(summaries),
    costsSentence("", pairs.filter(isTrained), { cost: "memory", paper }),
    rankSentence(summaries, what),
  ].filter((sentence) => sentence !== "").join("\n");
}

/** All operators at once: with which memory is saved, how much, and how scores differ. */
function savingSentence(pairs: readonly Pair[], what: string): string {
  const times = ([{ peakBytes }, other]: Pair) => digits(other.peakBytes / peakBytes);
  const [saving, others] = [true, false].map((saves) =>
    pairs.filter((pair) => times(pair) > 1 === saves)
  );
  const names = (some: readonly Pair[]) => list(some.map(([{ model }]) => convolutionOf(model)));
  const text = saving!.length > 0
    ? `With ${names(saving!)} the reversible network takes ${
      rangeText(saving!.map(times), String)
    } ` +
      "times less memory than the residual one" +
      (others!.length > 0 ? `, with ${names(others!)} no less` : "")
    : `With ${names(others!)} the reversible network takes no less memory than the residual one`;
  const trained = pairs.filter(isTrained);
  if (trained.length === 0) return `${text}.`;
  return `${text}; its ${what} differs by ${
    rangeText(trained.map(pointsBetween), signed)
  } points ` +
    `(${seedsText(trained.flat())}).`;
}

/** Where no operator was run both ways. */
function memorySentence(summaries: readonly Summary[]): string {
  const clauses = summaries.map(({ name, status, peakBytes }) =>
    `${name} ${status === "does not fit" ? "would need" : "takes"} ${bytes(peakBytes)}`
  );
  return `Of device memory, ${clauses.join("; ")}.`;
}

function rankSentence(summaries: readonly Summary[], what: string): string {
  const best = ranked(summaries);
  if (best.length < 2) return "";
  const scores = best.map(({ name, scores }) => `${name} ${spreadText(scores!.test, score)} %`);
  return `By ${what} (${seedsText(best)}): ${scores.join(", ")}.`;
}

/** The reversible and the residual network of each operator; what does not fit tells its need. */
function pairsOf(summaries: readonly Summary[]): Pair[] {
  const operator = ({ model }: Summary) => convolutionOf(model);
  return summaries.filter(({ model }) => model.kind === "rev-gnn").flatMap((one) => {
    const other = summaries.find((other) =>
      other.model.kind === "res-gnn" && operator(other) === operator(one)
    );
    return other ? [[one, other] as const] : [];
  });
}

function isTrained(pair: Pair): boolean {
  return pair.every(({ scores }) => scores);
}

function rangeText(values: readonly number[], format: (value: number) => string): string {
  const [least, most] = [Math.min(...values), Math.max(...values)].map(format);
  return least === most ? least! : `${least} to ${most}`;
}
