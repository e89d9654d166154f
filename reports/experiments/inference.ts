/** Inference by parts, averaged over views. */
// @ts-types="types-d3"
import * as d3 from "d3";
import { PROTEINS_INFERENCE } from "../../experiments/hyper_parameters.ts";
import type { PaperFigures } from "../../experiments/experiment.ts";
import { compare, judge } from "../findings/compare.ts";
import type { Drawing } from "../figures/drawing.ts";
import type { Finding } from "../findings/finding.ts";
import { score } from "../findings/format.ts";
import { partsChart, viewsCharts } from "./inference/charts.ts";
import { inferenceTable, singleViewTable } from "./inference/table.ts";
import { toldPairText, toldScores } from "../findings/paper_figures.ts";
import { paperChart } from "../figures/score_charts.ts";
import { type Way, waysOf, wayText } from "./inference/ways.ts";
import { spreadText } from "../findings/spread.ts";

export const inference: Drawing = {
  findings: ({ rows, experiment: { paper } }) =>
    d3.groups(waysOf(rows), ({ name }) => name).flatMap(([, ways]) => [
      ...averagedFinding(ways, paper),
      ...bestFinding(ways),
    ]),
  figures: ({ rows, dataset }) => [...viewsCharts(rows, dataset), partsChart(rows, dataset)],
  paper: ({ paper, x }) => [paperChart(paper, x)],
  table: ({ rows, dataset, experiment }) => [
    inferenceTable(rows, dataset, experiment),
    singleViewTable(rows, dataset, experiment.paper),
  ],
};

const [SINGLE, AVERAGED] = PROTEINS_INFERENCE;

/** The paper's averaged way against its single one. */
function averagedFinding(ways: readonly Way[], paper: PaperFigures): Finding[] {
  const [single, averaged] = [SINGLE, AVERAGED].map((way) => find(ways, way));
  if (!single || !averaged) return [];
  const [from, to] = [single, averaged].map(({ name, views }) =>
    toldScores({ name, x: views }, paper)
  );
  return [{
    claim: `${single.name} scores higher by ${wayText(averaged)} than by ${wayText(single)}`,
    ours: `${scoreOf(averaged)} against ${scoreOf(single)} %`,
    paper: to!.map((one, i) => toldPairText([one, from![i]!])).join(", "),
    ...judge(compareWays(averaged, single)),
  }];
}

/** The paper's averaged way against the best other by parts, which validation chooses. */
function bestFinding(all: readonly Way[]): Finding[] {
  const ways = all.filter(({ parts }) => parts > 1);
  const averaged = find(ways, AVERAGED);
  const other = chosen(ways.filter((way) => way !== averaged));
  if (!averaged || !other) return [];
  const ours = chosen(ways)!;
  return [{
    claim: `Of ways by parts ${averaged.name} scores best by ${wayText(averaged)}`,
    ours: `by validation ${wayText(ours)}: ${scoreOf(ours)} %`,
    paper: `${wayText(AVERAGED)} in all main results`,
    ...judge(compareWays(averaged, other)),
  }];
}

function compareWays(a: Way, b: Way) {
  return compare({ ...a, scores: a }, { ...b, scores: b });
}

function find(ways: readonly Way[], { parts, views }: Pick<Way, "parts" | "views">) {
  return ways.find((way) => way.parts === parts && way.views === views);
}

function chosen(ways: readonly Way[]): Way | undefined {
  return d3.greatest(ways, ({ valid }) => Number(score(valid.mean)));
}

function scoreOf({ test }: Way): string {
  return spreadText(test, score);
}
