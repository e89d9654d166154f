/**
 * Reads the labels of an npz file. The classes are the distinct values, ascending, whatever they are;
 * two values become one task of 0 and 1. −1 or NaN is a missing label.
 */
import type { Graph } from "../graph.ts";
import { zeros } from "../matrix.ts";
import type { NpyArray } from "../files/npy.ts";
import type { Npz } from "./npz.ts";
import { checkSize, place } from "./npz_entries.ts";

/** Labels as a graph has them; `values` are those of class 0, 1, …, if a label is one of many. */
type Labels = Pick<Graph, "labels" | "classes" | "labelValues">;

const LABEL = "expected a whole number, or −1 or NaN where there is no label";

/**
 * Reads one number a node, or a column of 0 and 1 for each class or task. `known` are the values that a
 * model was trained for, in place of the file's own.
 */
export function readLabels(
  npz: Npz,
  name: string,
  nodes: number,
  known?: readonly number[],
): Labels {
  const array = npz.read(name);
  const { shape, data } = array;
  const [rows = 0, cols = 1] = shape;
  const flat = rows === 1 && cols === nodes ? nodes : rows;
  if (shape.length < 1 || shape.length > 2 || flat !== nodes || cols === 0) {
    throw npz.broken(
      `entry ${name} has the wrong shape: expected (${nodes}), found (${shape.join(", ")}), ` +
        `give each node a number, or a row of 0 and 1`,
    );
  }
  if (data.length > nodes) return columnLabels(npz, name, array, known);
  const values = Float64Array.from(data, (value, at) => {
    if (Number.isInteger(value) || Number.isNaN(value)) return value;
    throw npz.broken(`${place(name, shape, at)} is ${value}: ${LABEL}`);
  });
  return classLabels(npz, name, values, known);
}

/** Reads labels of one number a node. */
function classLabels(
  npz: Npz,
  name: string,
  values: Float64Array,
  known: readonly number[] | undefined,
): Labels {
  const found = Float64Array.from(new Set(values.filter((value) => !Number.isNaN(value)))).sort();
  // If −1 and 1 are all there is, −1 is a class: otherwise there would be only one.
  const signs = found.join() === "-1,1";
  const classes = known ?? [...found].filter((value) => signs || value !== MISSING);
  if (classes.length < 2) {
    const all = classes.length === 1 ? `is ${classes[0]} throughout` : "has no label";
    throw npz.broken(`entry ${name} ${all}: expected two classes or more`);
  }
  const ranks = new Map(classes.map((value, rank) => [value, rank]));
  const rankOf = (value: number, node: number) => {
    const rank = ranks.get(value);
    if (rank !== undefined || Number.isNaN(value) || value === MISSING) return rank;
    throw npz.broken(
      `${name}[${node}] is ${value}: expected one of ${
        abridged(classes)
      }, which the model was trained for`,
    );
  };
  return { ...rankedLabels(npz, name, values, rankOf, classes.length), labelValues: classes };
}

/** Marks a node without a label, as NaN does. */
const MISSING = -1;

function rankedLabels(
  npz: Npz,
  name: string,
  values: Float64Array,
  rankOf: (value: number, node: number) => number | undefined,
  count: number,
): Pick<Graph, "labels" | "classes"> {
  const nodes = values.length;
  if (count === 2) {
    const data = Float32Array.from(values, (value, node) => rankOf(value, node) ?? NaN);
    return { labels: { data, rows: nodes, cols: 1 } };
  }
  checkSize(npz, `a column for each class of ${name}`, nodes, count);
  const labels = zeros(nodes, count);
  values.forEach((value, node) => {
    const rank = rankOf(value, node);
    if (rank !== undefined) labels.data[node * count + rank] = 1;
  });
  return { labels, classes: true };
}

/**
 * Reads columns of 0 and 1: classes if no row has a second 1, otherwise tasks. A row without any 1 is a
 * node without a class; so is a row of −1 or NaN.
 */
function columnLabels(
  npz: Npz,
  name: string,
  { shape, data }: NpyArray,
  known: readonly number[] | undefined,
): Labels {
  const [nodes = 0, cols = 0] = shape;
  const values = new Float64Array(nodes).fill(NaN);
  const tasks = zeros(nodes, cols);
  let several = false;
  for (let at = 0; at < data.length; at++) {
    const value = data[at] === MISSING ? NaN : data[at]!;
    if (value !== 0 && value !== 1 && !Number.isNaN(value)) {
      throw npz.broken(
        `${
          place(name, shape, at)
        } is ${value}: expected 0 or 1 in a column for each class or task, ` +
          "or a single column of whole numbers",
      );
    }
    tasks.data[at] = value;
    const node = Math.floor(at / cols);
    if (value !== 1) continue;
    if (!Number.isNaN(values[node])) several = true;
    values[node] = at % cols;
  }
  if (several) return { labels: tasks };
  return classLabels(npz, name, values, known ?? Array.from({ length: cols }, (_, col) => col));
}

/** Lists the first values, then an ellipsis and the last. */
export function abridged(values: readonly number[], most = 8): string {
  const first = values.slice(0, most).join(", ");
  return values.length > most ? `${first}, …, ${values.at(-1)}` : first;
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
