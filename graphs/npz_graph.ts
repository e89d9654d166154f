/**
 * Graphs in NumPy archives, in the two forms that users of PyTorch Geometric have:
 *
 * - gnn-benchmark: a sparse adjacency `adj_indices`, `adj_indptr`, `adj_shape` with `adj_data` unless
 *   all are 1, entry (i, j) the edge i → j; attributes sparse as `attr_*` or dense as `attr_matrix`;
 *   `labels`. Edges stay directed unless asked otherwise. No split: 60/20/20, seeded.
 * - heterophilous-graphs: `node_features`, `node_labels`, `edges` [edges, 2] each once, so made
 *   symmetric unless asked otherwise; `train_masks`, `val_masks`, `test_masks` [splits, nodes].
 *
 * Two classes are one binary task; more are classes, a column each.
 */
import { checkGraph } from "./check.ts";
import { distinctEdges } from "./distinct_edges.ts";
import type { Graph, Matrix, Split } from "./graph.ts";
import { zeros } from "./matrix.ts";
import { Npz } from "./npz.ts";
import {
  checkFloats,
  checkIndices,
  checkSize,
  denseFeatures,
  keptFeatures,
  place,
  readShaped,
  readSparse,
} from "./npz_entries.ts";
import { Random } from "./random.ts";
import { randomSplit } from "./split.ts";

/** How a graph is read from an npz file. */
export interface NpzOptions {
  /** Which of the file's splits, or of the random ones where it has none; default 0. */
  readonly split?: number;
  /** Adds each edge's reverse; default true for heterophilous-graphs, false for gnn-benchmark. */
  readonly symmetric?: boolean;
  /** Keeps so many features at most, those that most nodes have; default all. */
  readonly features?: number;
  /** Of random splits. */
  readonly seed?: number;
}

const FORMS = {
  "gnn-benchmark": {
    entries: ["adj_indices", "adj_indptr", "adj_shape", "labels"],
    parts: benchmarkParts,
  },
  "heterophilous-graphs": {
    entries: [
      "node_features",
      "node_labels",
      "edges",
      "train_masks",
      "val_masks",
      "test_masks",
    ],
    parts: heterophilousParts,
  },
};

/** Reads a graph; `path` is its name. */
export async function npzGraph(path: string, options: NpzOptions = {}): Promise<Graph> {
  const npz = await Npz.open(path);
  const { parts } = FORMS[formOf(npz)];
  return checkGraph({ name: path, ...parts(npz, options) });
}

/** The form of which a file has more entries, if it has all of them. */
function formOf(npz: Npz): keyof typeof FORMS {
  const names = Object.keys(FORMS) as (keyof typeof FORMS)[];
  const found = (name: keyof typeof FORMS) => FORMS[name].entries.filter((e) => npz.has(e)).length;
  const [form] = names.toSorted((a, b) => found(b) - found(a)) as [keyof typeof FORMS];
  const has = npz.names.length === 0 ? "it is empty" : `it has ${npz.names.join(", ")}`;
  if (found(form) === 0) {
    const forms = names.map((name) => `${FORMS[name].entries.join(", ")} (${name})`).join(" or ");
    throw npz.broken(`it holds no graph: expected ${forms}, ${has}`);
  }
  const missing = FORMS[form].entries.filter((entry) => !npz.has(entry));
  if (missing.length === 0) return form;
  throw npz.broken(
    `entry ${missing[0]} is missing: expected the form ${form}, ` +
      `${FORMS[form].entries.join(", ")}, ${has}`,
  );
}

function benchmarkParts(npz: Npz, options: NpzOptions): Omit<Graph, "name"> {
  const { split = 0, symmetric = false, features, seed = 0 } = options;
  const { rows: nodes, cols, rowPtr, colIdx, values } = readSparse(npz, "adj");
  if (nodes !== cols) {
    throw npz.broken(`entry adj_shape is (${nodes}, ${cols}): expected as many columns as rows`);
  }
  const sources = new Uint32Array(colIdx.length);
  for (let i = 0; i < nodes; i++) sources.fill(i, rowPtr[i], rowPtr[i + 1]);
  const weights = values?.some((weight) => weight !== 1) ? { weights: values } : {};
  return {
    nodes,
    ...distinctEdges(nodes, { sources, targets: colIdx, ...weights }, { symmetric }),
    x: attributes(npz, nodes, features),
    ...labelsOf(npz, "labels", nodes),
    split: randomSplit(nodes, new Random(seed, split)),
  };
}

/** Sparse as `attr_*`, or dense as `attr_matrix` or `attr`. */
function attributes(npz: Npz, nodes: number, features: number | undefined): Matrix {
  const dense = ["attr_matrix", "attr"].find((name) => npz.has(name));
  if (dense !== undefined) return denseMatrix(npz, dense, nodes, features);
  const entries = ["attr_data", "attr_indices", "attr_indptr", "attr_shape"];
  const missing = entries.filter((name) => !npz.has(name));
  if (missing.length > 0) {
    throw npz.broken(
      `entry ${missing[0]} is missing: expected the form gnn-benchmark with ${
        entries.join(", ")
      } or attr_matrix, it has ${npz.names.join(", ")}`,
    );
  }
  const sparse = readSparse(npz, "attr");
  if (sparse.rows === nodes) return denseFeatures(npz, "the matrix of attr_*", sparse, features);
  throw npz.broken(
    `entry attr_shape has the wrong size: expected ${nodes} rows, one per node, ` +
      `found ${sparse.rows}`,
  );
}

function heterophilousParts(npz: Npz, options: NpzOptions): Omit<Graph, "name"> {
  const { split = 0, symmetric = true, features } = options;
  const nodes = readShaped(npz, "node_features", null, null).shape[0]!;
  const ends = checkIndices(npz, "edges", readShaped(npz, "edges", null, 2), nodes);
  const sources = Uint32Array.from({ length: ends.length / 2 }, (_, e) => ends[2 * e]!);
  const targets = Uint32Array.from({ length: ends.length / 2 }, (_, e) => ends[2 * e + 1]!);
  return {
    nodes,
    ...distinctEdges(nodes, { sources, targets }, { symmetric }),
    x: denseMatrix(npz, "node_features", nodes, features),
    ...labelsOf(npz, "node_labels", nodes),
    split: maskedSplit(npz, nodes, split),
  };
}

function denseMatrix(npz: Npz, name: string, nodes: number, features: number | undefined): Matrix {
  const array = readShaped(npz, name, nodes, null);
  const matrix = { data: checkFloats(npz, name, array), rows: nodes, cols: array.shape[1]! };
  return keptFeatures(npz, `entry ${name}`, matrix, features);
}

/** One task's column of 0 and 1, or a column for each class. */
function labelsOf(npz: Npz, name: string, nodes: number): Pick<Graph, "labels" | "classes"> {
  const classes = checkIndices(npz, name, readShaped(npz, name, nodes), nodes);
  const count = classes.reduce((most, label) => Math.max(most, label + 1), 0);
  if (count < 2) throw npz.broken(`entry ${name} is 0 throughout: expected two classes or more`);
  if (count === 2) return { labels: { data: Float32Array.from(classes), rows: nodes, cols: 1 } };
  checkSize(npz, `a column for each class of ${name}`, nodes, count);
  const labels = zeros(nodes, count);
  classes.forEach((label, i) => labels.data[i * count + label] = 1);
  return { labels, classes: true };
}

function maskedSplit(npz: Npz, nodes: number, split: number): Split {
  const taken = new Map<number, string>();
  const part = (name: string): Uint32Array => {
    const { shape, data } = readShaped(npz, name, null, nodes);
    if (split >= shape[0]!) {
      throw new RangeError(
        `Cannot take split ${split} of ${npz.path} as ${name} has ${shape[0]}, numbered from 0`,
      );
    }
    const members: number[] = [];
    for (let node = 0, at = split * nodes; node < nodes; node++, at++) {
      if (data[at] === 0) continue;
      const here = place(name, shape, at);
      if (data[at] !== 1) throw npz.broken(`${here} is ${data[at]}: expected 0 or 1`);
      const other = taken.get(node);
      if (other !== undefined) {
        throw npz.broken(`${here} is set as ${other} is: expected each node in one part only`);
      }
      taken.set(node, here);
      members.push(node);
    }
    if (members.length > 0) return Uint32Array.from(members);
    throw npz.broken(`${name}[${split}] has no nodes: expected some in each part`);
  };
  return { train: part("train_masks"), valid: part("val_masks"), test: part("test_masks") };
}
