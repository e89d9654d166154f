/** The tables that describe a graph: baselines, degrees, labels. */
import { QUANTILES } from "../../graphs/description/degrees.ts";
import type { LabelCount } from "../../graphs/description/labels.ts";
import type { GraphDescription } from "../../training/baselines/describe_graph.ts";
import { metricOf } from "../../training/steps/metrics.ts";
import { count, score } from "../findings/format.ts";
import { isUndirected, shareText } from "../findings/graph_words.ts";
import { type Cell, NONE, type Table } from "./table.ts";

/** Baselines and their scores of validation and test nodes. */
export function baselineTable(graph: GraphDescription): Table {
  const cell = (value: number | null): Cell => value === null ? NONE : [score(value)];
  return {
    caption: `${metricOf(graph)} in per cent of what learns little or nothing.`,
    columns: [
      { source: "baseline", heads: ["name"] },
      { source: "measured", heads: ["valid", "test"] },
    ],
    rows: graph.baselines.map(({ name, valid, test }) => [[name], cell(valid), cell(test)]),
    notes: graph.baselines.flatMap(({ name, skipped }) =>
      skipped === undefined ? [] : [`Not measured: ${name}, as ${skipped}.`]
    ),
  };
}

/** Least, quantiles, most and mean of the degrees. */
export function degreeTable({ edges }: GraphDescription): Table {
  const { inDegrees, outDegrees } = edges;
  const directions = isUndirected(edges)
    ? { "either way": inDegrees }
    : { "to it": inDegrees, "from it": outDegrees };
  const quantiles = QUANTILES.map((q) => q === 0.5 ? "median" : `${100 * q} %`);
  return {
    caption:
      "Edges of a node, self-loops included; 25 % of the nodes have at most so many, and so on.",
    columns: [
      { source: "edges", heads: ["direction"] },
      { source: "of a node", heads: ["least", ...quantiles, "most", "mean"] },
    ],
    rows: Object.entries(directions).map(([name, degrees]) => [
      [name],
      ...[degrees.least, ...degrees.quantiles, degrees.most].map((value) => [count(value)]),
      [degrees.mean.toFixed(2)],
    ]),
    notes: [],
  };
}

/** Every class or task: how many nodes have it, and their share in each part of the split. */
export function labelTable({ nodes, classes, labels }: GraphDescription): Table {
  const cell = ({ positive, labelled }: LabelCount): Cell => [shareText(positive, labelled)];
  return {
    caption: classes
      ? "Nodes of each class, and their share of the labelled nodes."
      : "Nodes for which each task is true, and their share of the labelled nodes.",
    columns: [
      { source: "label", heads: [classes ? "class" : "task"] },
      { source: "nodes", heads: ["labelled", classes ? "of it" : "positive"] },
      { source: "share", heads: ["all", "train", "valid", "test"] },
    ],
    rows: labels.map(({ value, all, train, valid, test }) => [
      [`${value}`],
      [count(all.labelled)],
      [count(all.positive)],
      ...[all, train, valid, test].map(cell),
    ]),
    notes: labels.some(({ all }) => all.labelled < nodes) ? ["The other nodes have no label."] : [],
  };
}
