/**
 * Reads the labels of an npz file. The classes are the distinct values, ascending, whatever they are;
 * two values become one task of 0 and 1. −1 or NaN is a missing label.
 */
import { classLabels, type Labels, MISSING } from "../class_labels.ts";
import type { LabelValue } from "../graph.ts";
import { zeros } from "../matrix.ts";
import type { NpyArray } from "../files/npy.ts";
import type { Npz } from "./npz.ts";
import { place } from "./npz_entries.ts";

const LABEL = "expected a whole number, or −1 or NaN where there is no label";

/**
 * Reads one number a node, or a column of 0 and 1 for each class or task. `known` are the values that a
 * model was trained for, in place of the file's own.
 */
export function readLabels(
  npz: Npz,
  name: string,
  nodes: number,
  known?: readonly LabelValue[],
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
  return classesOf(npz, name, values, known);
}

/**
 * Reads columns of 0 and 1: classes if no row has a second 1, otherwise tasks. A row without any 1 is a
 * node without a class; so is a row of −1 or NaN.
 */
function columnLabels(
  npz: Npz,
  name: string,
  { shape, data }: NpyArray,
  known: readonly LabelValue[] | undefined,
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
  return classesOf(npz, name, values, known ?? Array.from({ length: cols }, (_, col) => col));
}

function classesOf(
  npz: Npz,
  name: string,
  values: Float64Array,
  known: readonly LabelValue[] | undefined,
): Labels {
  const words = {
    name,
    what: `entry ${name}`,
    place: (node: number) => `${name}[${node}]`,
    broken: (state: string) => npz.broken(state),
  };
  return classLabels(Array.from(values), words, known);
}
