/** The roads to less memory beside one another: bytes, seconds of a step, errors of gradients, scores. */
import type { Row } from "../../training/row.ts";
import type { Drawing } from "../figures/drawing.ts";
import { activationChart } from "../figures/memory_chart.ts";
import { scoreChart } from "../figures/score_charts.ts";
import { compare, judge } from "../findings/compare.ts";
import { growthFinding, lessFinding } from "../findings/costs.ts";
import type { Finding } from "../findings/finding.ts";
import { isTrained, scoreText } from "../findings/scores.ts";
import { byModel, type Summary } from "../findings/summary.ts";
import { errorChart, stepChart } from "./memory_methods/charts.ts";
import { errorFinding } from "./memory_methods/errors.ts";
import { methodsTable } from "./memory_methods/table.ts";

type Way = Row["model"]["activations"];

export const memoryMethods: Drawing = {
  findings: ({ rows, experiment: { x } }) => {
    const steps = stepsOf(rows);
    const models = byModel(steps, x);
    const at = (way: Way) => models.find(([{ model }]) => model.activations === way) ?? [];
    const deepest = (way: Way) => at(way).at(-1);
    const trained = byModel(rows.filter(({ epochs }) => epochs > 0), x);
    const score = (way: Way) => trained.find(([{ model }]) => model.activations === way)?.at(-1);
    return [
      ...(["stored", "recomputed", "2-bit"] as const).flatMap((way) =>
        lessFinding([deepest("rebuilt"), deepest(way)], "activations", "O(ND), the least of all")
      ),
      ...growthFinding(at("rebuilt"), "activations", { grows: false, paper: "O(ND)" }),
      ...growthFinding(at("stored"), "activations", { grows: true, paper: "O(LND)" }),
      ...(["rebuilt", "recomputed", "8-bit", "2-bit"] as const).flatMap((way) =>
        errorFinding(steps, way)
      ),
      ...(["8-bit", "2-bit"] as const).flatMap((way) => scoreFinding(score("rebuilt"), score(way))),
    ];
  },
  figures: ({ rows, dataset, experiment: { x } }) => [
    activationChart(stepsOf(rows), dataset, x),
    stepChart(rows, dataset, x),
    errorChart(rows, dataset, x),
    scoreChart(rows, dataset, x),
  ],
  paper: () => [],
  table: ({ rows, dataset, experiment: { x } }) => methodsTable(rows, dataset, x),
};

/** Runs of one step: a trained run's peak may be its evaluation's. */
function stepsOf(rows: readonly Row[]): readonly Row[] {
  return rows.filter(({ epochs }) => epochs === 0);
}

function scoreFinding(rebuilt: Summary | undefined, rounded: Summary | undefined): Finding[] {
  if (!isTrained(rebuilt) || !isTrained(rounded)) return [];
  return [{
    claim: `${rebuilt.name} scores higher than ${rounded.name}`,
    ours: `${scoreText(rebuilt)} against ${scoreText(rounded)} %`,
    paper: "has none in few bits",
    ...judge(compare(rebuilt, rounded)),
  }];
}
