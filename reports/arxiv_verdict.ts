/** What the rows say of reversible GCN and GAT, and of a teacher, in words. All of it is computed. */
import type { Experiment } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import { scoreClause } from "./comparison.ts";
import { bestSentence, orderSentence } from "./ranking.ts";
import { metricOf, summarise, type Summary } from "./summary.ts";

/** A line for each claim that there are rows for. */
export function arxivVerdict(
  rows: readonly Row[],
  { x, paper }: Pick<Experiment, "x" | "paper">,
): string {
  if (rows.length === 0) return "Nothing has been measured yet.";
  const summaries = summarise(rows, x);
  const scored = { metric: metricOf(rows), dataset: rows[0]!.dataset, paper };
  const lines = [
    bestSentence(summaries, scored),
    ...studentSentences(rows, summaries, scored),
    ...widthSentences(rows, summaries, scored),
    orderSentence(summaries, scored),
  ].filter((sentence) => sentence !== "");
  return lines.length > 0 ? lines.join("\n") : "No model has been trained yet.";
}

type Paper = Pick<Experiment, "paper">;

/** Each model that learnt from a teacher against that teacher. */
function studentSentences(
  rows: readonly Row[],
  summaries: readonly Summary[],
  { paper }: Paper,
): string[] {
  const teachers = new Map(rows.flatMap(({ name, teacher }) => teacher ? [[name, teacher]] : []));
  return trained(summaries).flatMap((student) => {
    const teacher = trained(summaries).find(({ name }) => name === teachers.get(student.name));
    return teacher ? [`Taught by ${teacher.name}, ${scoreClause([student, teacher], paper)}.`] : [];
  });
}

/** Each RevGAT without a teacher against a narrower one. */
function widthSentences(
  rows: readonly Row[],
  summaries: readonly Summary[],
  { paper }: Paper,
): string[] {
  const taught = new Set(rows.filter(({ teacher }) => teacher).map(({ name }) => name));
  const alone = trained(summaries)
    .filter(({ name, model }) => model.kind === "rev-gat" && !taught.has(name))
    .toSorted((a, b) => a.model.channels - b.model.channels);
  return alone.slice(1).map((wide, i) => {
    const narrow = alone[i]!;
    return `With ${wide.model.channels} in place of ${narrow.model.channels} channels, ` +
      `${scoreClause([wide, narrow], paper)}.`;
  });
}

function trained(summaries: readonly Summary[]): Summary[] {
  return summaries.filter(({ scores }) => scores !== null);
}
