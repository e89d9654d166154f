/** Rows of the experiments that are tables, which no machine measured, with scores to choose. */
import type { Experiment, Scale } from "../../experiments/experiment.ts";
import type { Row } from "../../training/row.ts";
import { fixtureRow } from "./fixture_rows.ts";

/** Test scores in per cent by a model's name. */
export type ScoresByName = Readonly<Record<string, number>>;

/** A row for every run of a scale whose name has a score; from one seed to the next it is 0.2 points more. */
export function tableRows(
  { scales, paper }: Experiment,
  scale: Scale,
  scores: ScoresByName,
): Row[] {
  return scales[scale].filter(({ name }) => name in scores).map((run): Row => {
    const test = (scores[run.name]! + 0.2 * run.seed) / 100;
    return {
      ...fixtureRow(run),
      ...paper.metric === "accuracy" && { metric: "accuracy" },
      status: "trained",
      scores: { train: test + 0.09, valid: test + 0.01, test },
    };
  });
}
