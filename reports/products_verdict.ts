/** What the rows say of depth where a batch is a part of the graph, in words. All of it is computed. */
import type { Experiment } from "../experiments/experiment.ts";
import type { Row } from "../training/row.ts";
import { scoreClause } from "./comparison.ts";
import { memorySentence } from "./memory_verdict.ts";
import { bestSentence, graphName } from "./ranking.ts";
import { metricOf, summarise, type Summary } from "./summary.ts";

/** A line for each claim that there are rows for. */
export function productsVerdict(
  rows: readonly Row[],
  { x, paper }: Pick<Experiment, "x" | "paper">,
): string {
  if (rows.length === 0) return "Nothing has been measured yet.";
  const summaries = summarise(rows, x);
  const dataset = rows[0]!.dataset;
  const trained = summaries.filter(({ scores }) => scores).toSorted((a, b) => a.x - b.x);
  const [shallow, deep] = [trained[0], trained.at(-1)];
  const first = shallow && deep && shallow !== deep
    ? `On ${graphName(dataset)}, by ${rows[0]!.parts} parts, ${
      scoreClause([deep, shallow], paper)
    }.`
    : bestSentence(summaries, { metric: metricOf(rows), dataset, paper });
  // One model of two depths, whatever it is called at each.
  const alike = summaries.map((one): Summary => ({ ...one, name: "RevGNN" }));
  return [first, memorySentence(alike.toSorted((a, b) => a.x - b.x), "rev-gnn")]
    .filter((sentence) => sentence !== "").join("\n");
}
