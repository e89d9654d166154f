/** What the rows say of very deep and very wide models beside others, in words. All of it is computed. */
import type { Experiment } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import { type Pair, scoreClause, timesText } from "./comparison.ts";
import { averageSentences, convolutionOf } from "./comparison_table.ts";
import { bytes } from "./format.ts";
import { bestSentence, isReversible, orderSentence, ranked } from "./ranking.ts";
import { metricOf, summarise, type Summary } from "./summary.ts";
import { sizeText } from "./table_dots.ts";

/** A line for each claim that there are rows for. */
export function proteinsVerdict(
  rows: readonly Row[],
  { x, paper }: Pick<Experiment, "x" | "paper">,
): string {
  if (rows.length === 0) return "Nothing has been measured yet.";
  const summaries = summarise(rows, x);
  const scored = { metric: metricOf(rows), dataset: rows[0]!.dataset, paper };
  const lines = [
    [bestSentence(summaries, scored), ...averageSentences(rows)].join(" "),
    shapeSentence(summaries, scored),
    orderSentence(summaries, scored),
    memorySentence(summaries),
  ].filter((sentence) => sentence !== "");
  return lines.length > 0 ? lines.join("\n") : "No model has been trained yet.";
}

/** The widest against the deepest of the reversible models. */
function shapeSentence(
  summaries: readonly Summary[],
  { paper }: Pick<Experiment, "paper">,
): string {
  const reversible = ranked(summaries).filter(isReversible).toSorted((a, b) => a.x - b.x);
  const [wide, deep] = [reversible[0], reversible.at(-1)];
  if (!wide || !deep || wide.x === deep.x) return "";
  return `${scoreClause([wide, deep], paper)}; here ${wide.name} is of ${sizeText(wide)}, ` +
    `${deep.name} of ${sizeText(deep)}.`;
}

/** The deepest model whose activations are rebuilt against the deepest of its operator that keeps them. */
function memorySentence(summaries: readonly Summary[]): string {
  const deepFirst = summaries.filter(({ status }) => status !== "does not fit")
    .toSorted((a, b) => b.x - a.x);
  const rebuilt = deepFirst.find(isReversible);
  const kept = rebuilt &&
    deepFirst.find((one) =>
      !isReversible(one) && convolutionOf(one.model) === convolutionOf(rebuilt.model)
    );
  if (!rebuilt || !kept) return "";
  const pair: Pair = [rebuilt, kept];
  const [ours, theirs] = pair.map((one) => one.activationBytes);
  const times = timesText(ours!, theirs!, "memory");
  return `${rebuilt.name} of ${sizeText(rebuilt)} takes ${times} ${kept.name} of ` +
    `${sizeText(kept)} for its activations: ${bytes(ours!)} against ${bytes(theirs!)}.`;
}
