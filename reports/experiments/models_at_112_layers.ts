/** All models at one depth: what each idea saves, and what it costs or brings. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { comparisonTable } from "../figures/comparison_table.ts";
import { convergenceFinding } from "../findings/convergence.ts";
import { lessFinding } from "../findings/costs.ts";
import type { Drawing } from "../figures/drawing.ts";
import { scoreFinding } from "../findings/scores.ts";
import { summarise, type Summary } from "../findings/summary.ts";
import { memoryDots, scoreDots } from "../figures/table_dots.ts";

type Kind = Summary["model"]["kind"];

export const modelsAt112Layers: Drawing = {
  findings: ({ rows, experiment: { x, paper } }) => {
    const models = d3.sort(summarise(rows, x), ({ model }) => model.channels);
    const of = (kind: Kind, tied = false) =>
      models.filter(({ model }) => model.kind === kind && !model.tied === !tied);
    const [res, rev, deq] = [of("res-gnn"), of("rev-gnn"), of("deq-gnn")];
    const [tiedRes, tiedRev] = [of("res-gnn", true), of("rev-gnn", true)];
    return [
      ...lessFinding([rev.at(-1), res.at(-1)], "memory", paper),
      ...scoreFinding([rev.at(-1), res[0]], paper),
      ...lessFinding([rev[0], res[0]], "memory", paper),
      ...scoreFinding([rev[0], res[0]], paper),
      ...lessFinding([tiedRev[0], rev[0]], "parameters", paper),
      ...scoreFinding([tiedRev[0], rev[0]], paper),
      ...scoreFinding([tiedRev[0], tiedRes[0]], paper),
      ...lessFinding([deq[0], tiedRes[0]], "memory", paper),
      ...scoreFinding([deq[0], tiedRes[0]], paper),
      ...deq.flatMap(convergenceFinding),
    ];
  },
  figures: ({ rows, dataset, experiment }) => [
    scoreDots(rows, dataset, experiment),
    memoryDots(rows, dataset, experiment),
  ],
  paper: () => [],
  table: ({ rows, dataset, experiment }) => comparisonTable(rows, dataset, experiment),
};
