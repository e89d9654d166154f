/**
 * Reads graphs from NumPy archives, in the two forms that users of PyTorch Geometric have:
 *
 * - gnn-benchmark: a sparse adjacency `adj_indices`, `adj_indptr`, `adj_shape`, entry (i, j) the edge i
 *   → j, with weights `adj_data` unless all are 1; attributes sparse as `attr_*` or dense as
 *   `attr_matrix`; `labels`. Edges stay directed unless asked otherwise.
 * - heterophilous-graphs: `node_features`, `node_labels`, `edges` [edges, 2] each once, so made
 *   symmetric unless asked otherwise, with `edge_weights` [edges] if they have any; `train_masks`,
 *   `val_masks`, `test_masks` [splits, nodes].
 *
 * Without masks, a seeded split puts 60/20/20 % of the nodes that have a label into its parts.
 */
import { checkGraph } from "../check.ts";
import { distinctEdges, type EdgeList, withoutUnits } from "../distinct_edges.ts";
import { labelledNodes } from "../class_labels.ts";
import type { Graph, LabelValue } from "../graph.ts";
import { Npz } from "./npz.ts";
import { checkFloats, checkIndices, readShaped, readSparse } from "./npz_entries.ts";
import { benchmarkFeatures, type FeatureOptions, heterophilousFeatures } from "./npz_features.ts";
import { readLabels } from "./npz_labels.ts";
import { readSplits } from "./npz_split.ts";

/** How a graph is read from an npz file. */
export interface NpzOptions extends FeatureOptions {
  /** Which of the file's splits, or of random ones if it has none; default 0. */
  readonly split?: number;
  /** Adds each edge's reverse; default true for heterophilous-graphs, false for gnn-benchmark. */
  readonly symmetric?: boolean;
  /** Seed of random splits. */
  readonly seed?: number;
  /** The labels of class 0, 1, … that a model was trained for; default the file's. */
  readonly labelValues?: readonly LabelValue[];
}

const FORMS = {
  "gnn-benchmark": {
    entries: ["adj_indices", "adj_indptr", "adj_shape", "labels"],
    parts: benchmarkParts,
  },
  "heterophilous-graphs": {
    entries: ["node_labels", "edges"],
    parts: heterophilousParts,
  },
};

/** Reads a graph, which is named after its path. */
export async function npzGraph(path: string, options: NpzOptions = {}): Promise<Graph> {
  const npz = await Npz.open(path);
  const { parts } = FORMS[formOf(npz)];
  return checkGraph({ name: path, ...parts(npz, options) });
}

/** The form that a file has more entries of; throws unless it has all of them. */
function formOf(npz: Npz): keyof typeof FORMS {
  const names = Object.keys(FORMS) as (keyof typeof FORMS)[];
  const found = (name: keyof typeof FORMS) => FORMS[name].entries.filter((e) => npz.has(e)).length;
  const [form] = names.toSorted((a, b) => found(b) - found(a)) as [keyof typeof FORMS];
  const has = npz.names.length === 0 ? "it is empty" : `it has ${npz.listed}`;
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

function checkNodes(npz: Npz, nodes: number): void {
  if (nodes === 0) throw npz.broken("it has no nodes: expected some");
}

function benchmarkParts(npz: Npz, options: NpzOptions): Omit<Graph, "name"> {
  const { rows: nodes, cols, rowPtr, colIdx, values } = readSparse(npz, "adj");
  if (nodes !== cols) {
    throw npz.broken(`entry adj_shape is (${nodes}, ${cols}): expected as many columns as rows`);
  }
  checkNodes(npz, nodes);
  const sources = new Uint32Array(colIdx.length);
  for (let i = 0; i < nodes; i++) sources.fill(i, rowPtr[i], rowPtr[i + 1]);
  const list = withoutUnits({ sources, targets: colIdx, ...values && { weights: values } });
  const edges = distinctEdges(nodes, list, { symmetric: options.symmetric ?? false });
  return {
    nodes,
    ...edges,
    ...benchmarkFeatures(npz, { nodes, ...edges }, options),
    ...targetsOf(npz, "labels", nodes, options),
  };
}

function heterophilousParts(npz: Npz, options: NpzOptions): Omit<Graph, "name"> {
  // A file without features, for which some are made, still has labels.
  const counted = npz.has("node_features") ? "node_features" : "node_labels";
  const [nodes = 0] = npz.read(counted).shape;
  checkNodes(npz, nodes);
  // First, as each node's label takes bytes: features of no columns may be of any number of nodes.
  const targets = targetsOf(npz, "node_labels", nodes, options);
  const list = withoutUnits(readEdges(npz, nodes));
  const edges = distinctEdges(nodes, list, { symmetric: options.symmetric ?? true });
  return {
    nodes,
    ...edges,
    ...heterophilousFeatures(npz, { nodes, ...edges }, options),
    ...targets,
  };
}

/** Reads `edges` [edges, 2], of any shape if it is empty; and `edge_weights` [edges], if there. */
function readEdges(npz: Npz, nodes: number): EdgeList {
  const { shape } = npz.read("edges");
  if (shape.includes(0)) return { sources: new Uint32Array(0), targets: new Uint32Array(0) };
  const remedy = shape[0] === 2 ? "transpose it" : undefined;
  const ends = checkIndices(npz, "edges", readShaped(npz, "edges", [null, 2], remedy), nodes);
  const end = (first: number) =>
    Uint32Array.from({ length: ends.length / 2 }, (_, e) => ends[2 * e + first]!);
  const weights = ["edge_weights", "edge_weight"].find((name) => npz.has(name));
  return {
    sources: end(0),
    targets: end(1),
    ...weights && {
      weights: checkFloats(npz, weights, readShaped(npz, weights, [ends.length / 2])),
    },
  };
}

/** Reads the labels, and a split of the nodes that have one. */
function targetsOf(npz: Npz, name: string, nodes: number, options: NpzOptions) {
  const { split = 0, seed = 0, labelValues } = options;
  const labels = readLabels(npz, name, nodes, labelValues);
  return {
    ...labels,
    split: readSplits(npz, nodes, { split, seed, labelled: labelledNodes(labels) }),
  };
}
