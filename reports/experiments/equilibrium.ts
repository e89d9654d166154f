/** Equilibrium models against solver steps. */
import type { Row } from "../../training/row.ts";
import { compare, judge } from "../findings/compare.ts";
import { convergenceFinding } from "../findings/convergence.ts";
import { alike, growthFinding, slopeOf } from "../findings/costs.ts";
import { bytes } from "../findings/format.ts";
import type { Drawing } from "../figures/drawing.ts";
import { equilibriumTable } from "./equilibrium/table.ts";
import { activationChart } from "../figures/memory_chart.ts";
import { residualChart } from "./equilibrium/residuals.ts";
import { paperChart, scoreChart } from "../figures/score_charts.ts";
import type { Finding } from "../findings/finding.ts";
import { deeperFinding, isTrained, scoreFinding, scoreText } from "../findings/scores.ts";
import { byModel, type Summary } from "../findings/summary.ts";

export const equilibrium: Drawing = {
  findings: ({ rows, experiment: { x, paper } }) => {
    const models = byModel(rows, x);
    const find = (is: (model: Row["model"]) => boolean) =>
      models.find(([{ model }]) => is(model)) ?? [];
    const stacked = find(({ kind }) => kind === "res-gnn");
    const [solved, reversible] = (["implicit", "reversible"] as const).map((gradient) =>
      find(({ equilibrium }) => equilibrium?.gradient.kind === gradient)
    );
    const trained = solved!.filter(({ scores }) => scores);
    const most = trained.findLast(({ x }) =>
      paper.series.every(({ points }) => points.some((point) => point.x === x))
    );
    return [
      ...growthFinding(solved!, "activations", { grows: false, paper: "2.22 GB" }),
      ...scoreFinding([most, stacked.find(({ x }) => x === most?.x)], paper),
      ...growthFinding(stacked, "activations", { grows: true, paper: "27.4 GB with 112 layers" }),
      ...deeperFinding(solved!, paper),
      ...convergenceFinding(trained.at(-1)),
      ...bitsFinding(reversible!),
      ...exactFinding(reversible!, solved!),
    ];
  },
  figures: ({ rows, dataset, experiment: { x } }) => [
    activationChart(rows, dataset, x),
    scoreChart(rows, dataset, x),
    residualChart(rows, dataset),
  ],
  paper: ({ paper, x }) => [paperChart(paper, x)],
  table: ({ rows, dataset, experiment }) => equilibriumTable(rows, dataset, experiment),
};

/** A step's bits may be this share of the activations: they are a thirty-second of a state. */
const SHARE = 0.01;

/** What a step of a reversible solve costs: the bits that it loses. */
function bitsFinding(runs: readonly Summary[]): Finding[] {
  const line = alike(runs);
  const [first, last] = [line[0], line.at(-1)];
  if (!first || !last || first === last) return [];
  const slope = slopeOf(line.map((one) => [one.x, one.activationBytes]));
  return [{
    claim: `${first.name}: a step adds less than ${100 * SHARE} % to the activations`,
    ours: `${bytes(Math.round(slope))} of ${bytes(first.activationBytes)} a step, ` +
      `from ${first.x} to ${last.at}`,
    paper: "has none",
    verdict: slope < SHARE * first.activationBytes ? "agrees" : "differs",
    seeds: null,
    test: `below ${100 * SHARE} %`,
  }];
}

/** Whether the exact gradient trains better than the implicit one, at the most steps that both have. */
function exactFinding(reversible: readonly Summary[], implicit: readonly Summary[]): Finding[] {
  const exact = reversible.findLast((one) => implicit.some(({ x }) => x === one.x));
  const other = implicit.find(({ x }) => x === exact?.x);
  if (!isTrained(exact) || !isTrained(other)) return [];
  return [{
    claim: `${exact.name}, scores higher than by the implicit gradient, with ${exact.at}`,
    ours: `${scoreText(exact)} against ${scoreText(other)} %`,
    paper: "has the implicit one",
    ...judge(compare(exact, other)),
  }];
}
