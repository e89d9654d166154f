/** Accuracy against the length of chains, and beside it the most that each number of hops shows. */
// @ts-types="types-d3"
import * as d3 from "d3";
import type { Variable } from "../../../experiments/variable.ts";
import { chainsCeiling } from "../../../graphs/planted/chains.ts";
import { hopsOf } from "../../../models/hops.ts";
import type { Row } from "../../../training/row.ts";
import type { LineChart, Point, Series } from "../../charts/chart.ts";
import { scoreChart } from "../../figures/score_charts.ts";
import { amount, score } from "../../findings/format.ts";
import { classesOf } from "./ceilings.ts";

/** A line for each model, and a dashed one for the ceiling of each number of hops. */
export function reachChart(rows: readonly Row[], dataset: string, x: Variable): LineChart {
  const chart = scoreChart(rows, dataset, x);
  const models = new Map(rows.map(({ name, model }) => [name, model]));
  const series = chart.series.map((one): Series => {
    const { kind, convolution } = models.get(one.label[0])!;
    // GCN is a ResGNN with another operator, whose colour would be that of both.
    return kind === "res-gnn" && convolution.kind === "gcn" ? { ...one, tone: "other" } : one;
  });
  return {
    ...chart,
    heading: `Accuracy against the length of chains, on ${dataset}`,
    caption: `${chart.caption} Dashed: the most that any network of so many hops can tell.`,
    height: 460,
    series: [...series, ...ceilings(rows, x).map((one) => namedApart(one, series))],
  };
}

/** Of each number of hops that some length goes beyond. */
function ceilings(rows: readonly Row[], x: Variable): Series[] {
  const lengths = d3.sort(new Set(rows.map(x.of)));
  const classes = classesOf(rows);
  const hops = d3.sort(new Set(rows.map(({ model }) => hopsOf(model))));
  return hops.filter((many) => many + 1 < lengths.at(-1)!).map((many): Series => {
    const name = amount(many, "hop");
    const points = lengths.map((length): Point => {
      const y = chainsCeiling({ length, classes }, many);
      const value = `${name} of ${length}: at most ${score(y)}`;
      const shared = { x: length, y: 100 * y, std: null, fits: true, mark: "none" } as const;
      return { ...shared, value, title: `${value} %` };
    });
    const look = { tone: "other", shape: "circle", thin: true, dashed: true } as const;
    return { ...look, label: [name, ""], model: name, points, absent: [] };
  });
}

/** Points of accuracy between the ends of two lines that both have room for a name. */
const APART = 3;

/** A ceiling has its name beside it unless a model's line ends there, whose name is in its place. */
function namedApart(ceiling: Series, models: readonly Series[]): Series {
  const end = ceiling.points.at(-1)!.y;
  const near = models.some(({ points }) => Math.abs((points.at(-1)?.y ?? Infinity) - end) < APART);
  return near ? { ...ceiling, label: ["", ""] } : ceiling;
}
