/**
 * Makes labels of one value a node. The classes are the distinct values, ascending, whatever they are; two
 * values become one task of 0 and 1. −1, among numbers, or NaN is a missing label.
 */
import { shown } from "../settings/shown.ts";
import type { Graph, LabelValue } from "./graph.ts";
import { checkSize, type Source, zeros } from "./matrix.ts";

/** Labels as a graph has them; `labelValues` are those of class 0, 1, …, if a label is one of many. */
export type Labels = Pick<Graph, "labels" | "classes" | "labelValues">;

/** Marks a node without a label, as NaN does. */
export const MISSING = -1;

/** Where labels stand, for messages. */
export interface LabelSource extends Source {
  /** As in `a column for each class of labels`. */
  readonly name: string;
  /** As in `entry labels has no label`. */
  readonly what: string;
  /** Where a node's label stands. */
  readonly place: (node: number) => string;
}

/**
 * Makes labels of values, all numbers or, but for NaN, all texts. `known` are the values that a model was
 * trained for, in place of those found.
 */
export function classLabels(
  values: readonly LabelValue[],
  source: LabelSource,
  known?: readonly LabelValue[],
): Labels {
  const isMissing = (value: LabelValue) => Number.isNaN(value);
  const found = [...new Set(values)].filter((value) => !isMissing(value)).sort(ascending);
  // If −1 and 1 are all there is, −1 is a class: otherwise there would be only one.
  const signs = found.join() === "-1,1";
  const classes = known ?? found.filter((value) => signs || value !== MISSING);
  if (classes.length < 2) {
    const all = classes.length === 1 ? `is ${shown(classes[0])} throughout` : "has no label";
    throw source.broken(`${source.what} ${all}: expected two classes or more`);
  }
  const ranks = new Map(classes.map((value, rank) => [value, rank]));
  const rankOf = (value: LabelValue, node: number) => {
    const rank = ranks.get(value);
    if (rank !== undefined || isMissing(value) || value === MISSING) return rank;
    throw source.broken(
      `${source.place(node)} is ${shown(value)}: expected one of ${
        abridged(classes)
      }, which the model was trained for`,
    );
  };
  return { ...rankedLabels(source, values, rankOf, classes.length), labelValues: classes };
}

function ascending(a: LabelValue, b: LabelValue): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function rankedLabels(
  source: LabelSource,
  values: readonly LabelValue[],
  rankOf: (value: LabelValue, node: number) => number | undefined,
  count: number,
): Pick<Graph, "labels" | "classes"> {
  const nodes = values.length;
  if (count === 2) {
    const data = Float32Array.from(values, (value, node) => rankOf(value, node) ?? NaN);
    return { labels: { data, rows: nodes, cols: 1 } };
  }
  checkSize(source, `a column for each class of ${source.name}`, nodes, count);
  const labels = zeros(nodes, count);
  values.forEach((value, node) => {
    const rank = rankOf(value, node);
    if (rank !== undefined) labels.data[node * count + rank] = 1;
  });
  return { labels, classes: true };
}

/** Lists the first values, then an ellipsis and the last. */
export function abridged(values: readonly LabelValue[], most = 8): string {
  const first = values.slice(0, most).map((value) => shown(value)).join(", ");
  return values.length > most ? `${first}, …, ${shown(values.at(-1))}` : first;
}

/** The nodes that have a label; undefined if all have one. */
export function labelledNodes({ labels, classes }: Pick<Graph, "labels" | "classes">) {
  const { rows, cols, data } = labels;
  const has = (node: number) => {
    const row = data.subarray(node * cols, (node + 1) * cols);
    return classes ? row.includes(1) : row.some((value) => !Number.isNaN(value));
  };
  const nodes = Uint32Array.from({ length: rows }, (_, node) => node).filter(has);
  return nodes.length === rows ? undefined : nodes;
}
