/** Rows of the experiments that are tables, which no machine measured, with scores to choose. */
import type { Experiment, Scale } from "../../experiments/experiment.ts";
import type { Row } from "../../training/row.ts";
import { fixtureRow } from "./fixture_rows.ts";

/** Test scores in per cent by a model's name; seeds add or take 0.2 points. */
export type ScoresByName = Readonly<Record<string, number>>;

/** A row for every run of a scale whose name has a score. */
export function tableRows(
  { scales, paper }: Experiment,
  scale: Scale,
  scores: ScoresByName,
): Row[] {
  return scales[scale].filter(({ name }) => name in scores).map((run): Row => {
    const test = (scores[run.name]! + 0.2 * (run.seed - 1) * +(scales[scale].length > 6)) / 100;
    return {
      ...fixtureRow(run),
      status: "trained",
      ...paper.metric === "accuracy" && { metric: "accuracy" },
      scores: { train: test + 0.09, valid: test + 0.01, test },
    };
  });
}
