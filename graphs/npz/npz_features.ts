/** Reads the node features of an npz file, all or the most frequent; or makes some in their place. */
import type { Graph, KeptColumns, Matrix } from "../graph.ts";
import { checkSize, type Source, zeros } from "../matrix.ts";
import type { Npz } from "./npz.ts";
import { checkFloats, readShaped, readSparse, type SparseRows } from "./npz_entries.ts";
import { MADE_FEATURES, type MadeFeatures } from "../settings.ts";

/** Which of a file's columns to read, or what to make in their place. */
export interface FeatureOptions {
  /** Keeps at most so many features, those that most nodes have; default all. */
  readonly features?: number;
  /** The exact columns to keep, as those of a trained model; default none chosen. */
  readonly columns?: KeptColumns;
  /**
   * Makes features in place of the file's: a constant of 1, log(1 + in-edges), or a column for each
   * node; default none.
   */
  readonly makeFeatures?: MadeFeatures;
  /** Files of features that take the place of this file's, which are not read then. */
  readonly nodeFeatures?: readonly string[];
}

/** Columns are counted in arrays of their own, even if few of them are kept. */
const MOST_COLUMNS = 2 ** 24;

type Features = Pick<Graph, "x" | "columns">;
type Rows = Pick<Graph, "nodes" | "rowPtr">;

/** Reads features, sparse as `attr_*` or dense as `attr_matrix` or `attr`. */
export function benchmarkFeatures(npz: Npz, rows: Rows, options: FeatureOptions): Features {
  const { nodes } = rows;
  if (options.nodeFeatures) return { x: zeros(nodes, 0) };
  if (options.makeFeatures) return { x: madeFeatures(npz, rows, options.makeFeatures) };
  const dense = ["attr_matrix", "attr"].find((name) => npz.has(name));
  if (dense !== undefined) return denseFeatures(npz, dense, nodes, options);
  const entries = ["attr_data", "attr_indices", "attr_indptr", "attr_shape"];
  const missing = entries.filter((name) => !npz.has(name));
  if (missing.length === entries.length) throw noFeatures(npz, "attr_* or attr_matrix");
  if (missing.length > 0) {
    throw npz.broken(
      `entry ${missing[0]} is missing: expected the form gnn-benchmark with ${
        entries.join(", ")
      } or attr_matrix, it has ${npz.listed}`,
    );
  }
  const sparse = readSparse(npz, "attr");
  if (sparse.rows !== nodes) {
    throw npz.broken(
      `entry attr_shape has the wrong size: expected ${nodes} rows, one per node, ` +
        `found ${sparse.rows}`,
    );
  }
  return sparseFeatures(npz, "the matrix of attr_*", sparse, options);
}

/** Reads dense features, as `node_features`. */
export function heterophilousFeatures(npz: Npz, rows: Rows, options: FeatureOptions): Features {
  if (options.nodeFeatures) return { x: zeros(rows.nodes, 0) };
  if (options.makeFeatures) return { x: madeFeatures(npz, rows, options.makeFeatures) };
  if (npz.has("node_features")) return denseFeatures(npz, "node_features", rows.nodes, options);
  throw noFeatures(npz, "node_features");
}

function noFeatures(npz: Npz, expected: string): SyntaxError {
  return npz.broken(
    `its nodes have no features: expected ${expected}, or --make-features ` +
      `${MADE_FEATURES.slice(0, -1).join(", ")} or ${MADE_FEATURES.at(-1)}, ` +
      `it has ${npz.listed}`,
  );
}

/** Makes features of the graph itself. */
export function madeFeatures(source: Source, { nodes, rowPtr }: Rows, kind: MadeFeatures): Matrix {
  if (kind === "one-hot") {
    const remedy = ", use --make-features degree or constant";
    checkSize(source, "a column for each node", nodes, nodes, remedy);
    const x = zeros(nodes, nodes);
    for (let i = 0; i < nodes; i++) x.data[i * nodes + i] = 1;
    return x;
  }
  const x = zeros(nodes, 1);
  x.data.forEach((_, i) => {
    x.data[i] = kind === "constant" ? 1 : Math.log1p(rowPtr[i + 1]! - rowPtr[i]!);
  });
  return x;
}

function denseFeatures(npz: Npz, name: string, nodes: number, options: FeatureOptions): Features {
  const array = readShaped(npz, name, [nodes, null]);
  const [rows, cols] = [nodes, array.shape[1]!];
  if (cols === 0) throw noFeatures(npz, `columns of ${name}`);
  return chosenColumns(
    npz,
    `entry ${name}`,
    { data: checkFloats(npz, name, array), rows, cols },
    options,
  );
}

/** All columns of dense features, or the most frequent, or those of a model. */
export function chosenColumns(
  source: Source,
  name: string,
  { data, rows, cols }: Matrix,
  options: FeatureOptions,
): Features {
  const kept = keptColumns(source, name, { rows, cols }, options, (count) => {
    data.forEach((value, at) => value !== 0 && count(at % cols, Math.floor(at / cols)));
  });
  if (!kept) return { x: { data, rows, cols } };
  const x = zeros(rows, kept.columns.kept.length);
  for (let at = 0; at < data.length; at++) {
    const col = kept.to[at % cols]!;
    if (col >= 0) x.data[Math.floor(at / cols) * x.cols + col] = data[at]!;
  }
  return { x, columns: kept.columns };
}

/** Makes sparse rows dense; the values of a repeated entry add up. */
function sparseFeatures(
  npz: Npz,
  name: string,
  sparse: SparseRows,
  options: FeatureOptions,
): Features {
  const { rows, cols, rowPtr, colIdx, values } = sparse;
  if (cols === 0) throw noFeatures(npz, `columns of ${name}`);
  const visit = (take: (col: number, row: number, value: number) => void) => {
    for (let i = 0; i < rows; i++) {
      for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) {
        const value = values ? values[e]! : 1;
        if (value !== 0) take(colIdx[e]!, i, value);
      }
    }
  };
  const kept = keptColumns(npz, name, sparse, options, visit);
  const x = zeros(rows, kept ? kept.columns.kept.length : cols);
  visit((from, row, value) => {
    const col = kept ? kept.to[from]! : from;
    if (col >= 0) x.data[row * x.cols + col]! += value;
  });
  return { x, ...kept && { columns: kept.columns } };
}

/**
 * The columns to keep, those that most nodes have or a model's; and the new place of each column of the
 * file, -1 for none. Undefined if all are kept. `visit` counts the entries that are not 0, row by row.
 */
function keptColumns(
  source: Source,
  name: string,
  { rows, cols }: { readonly rows: number; readonly cols: number },
  { features: most, columns }: FeatureOptions,
  visit: (count: (col: number, row: number) => void) => void,
): { columns: KeptColumns; to: Int32Array } | undefined {
  if (columns !== undefined && columns.of !== cols) {
    throw source.broken(
      `${name} has ${cols} columns: expected ${columns.of}, as the model was trained on ` +
        `${columns.kept.length} of so many, use a file of the same columns`,
    );
  }
  const count = columns?.kept.length ?? Math.min(most ?? cols, cols);
  checkSize(source, name, rows, count, ", keep fewer of them (--features)");
  if (columns === undefined && most === undefined) return undefined;
  if (cols > MOST_COLUMNS) {
    throw source.broken(
      `${name} has ${cols} columns: expected at most ${MOST_COLUMNS} to choose from`,
    );
  }
  const kept = columns?.kept ?? mostFrequent(cols, count, visit);
  const to = new Int32Array(cols).fill(-1);
  kept.forEach((col, k) => to[col] = k);
  return { columns: { of: cols, kept }, to };
}

function mostFrequent(
  cols: number,
  count: number,
  visit: (count: (col: number, row: number) => void) => void,
): Uint32Array {
  const counts = new Uint32Array(cols);
  const last = new Float64Array(cols).fill(-1);
  visit((col, row) => {
    // An entry may be repeated, but it is nodes that are counted.
    if (last[col] === row) return;
    last[col] = row;
    counts[col]!++;
  });
  return Uint32Array.from(counts, (_, col) => col)
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
    .slice(0, count)
    .sort();
}
