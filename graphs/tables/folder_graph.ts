/**
 * Reads a graph from a folder of tables, CSV or Parquet: `nodes` with `id`, `label` and what else is known
 * of each node, `edges` with `source` and `target`; or DGL's tables with their `meta.yaml`.
 */
import { checkGraph } from "../check.ts";
import { labelledNodes } from "../class_labels.ts";
import type { Graph, Split } from "../graph.ts";
import { zeros } from "../matrix.ts";
import { chosenColumns, type FeatureOptions, madeFeatures } from "../npz/npz_features.ts";
import type { NpzOptions } from "../npz/npz_graph.ts";
import { Random } from "../random.ts";
import { MADE_FEATURES } from "../settings.ts";
import { randomSplit } from "../split.ts";
import { readEdgeTable } from "./edges.ts";
import { findTables } from "./find_tables.ts";
import { type Nodes, readNodeTable } from "./nodes.ts";
import { unreadable } from "./table.ts";

/** Reads a graph, which is named after its path. */
export async function folderGraph(path: string, options: NpzOptions = {}): Promise<Graph> {
  const found = await findTables(path);
  await using nodeTable = await found.nodes.open();
  const { path: nodesPath } = nodeTable;
  const { labelValues } = options;
  const nodes = await readNodeTable(nodeTable, { ...found.nodes, labelValues });
  await using edgeTable = await found.edges.open();
  const edges = await readEdgeTable(edgeTable, nodes.ids, {
    ...found.edges,
    nodesPath,
    symmetric: options.symmetric ?? false,
  });
  const rows = { nodes: nodes.ids.size, rowPtr: edges.rowPtr };
  return checkGraph({
    name: path,
    ...rows,
    ...edges,
    ...featuresOf(nodes, nodesPath, rows, options),
    ...nodes.labels,
    split: splitOf(nodes, nodesPath, options),
  });
}

function featuresOf(
  { x }: Nodes,
  path: string,
  rows: Pick<Graph, "nodes" | "rowPtr">,
  options: FeatureOptions,
): Pick<Graph, "x" | "columns"> {
  const source = { broken: (state: string) => unreadable(path, state) };
  if (options.nodeFeatures) return { x: zeros(rows.nodes, 0) };
  if (options.makeFeatures) return { x: madeFeatures(source, rows, options.makeFeatures) };
  if (x.cols > 0) return chosenColumns(source, "the matrix of its features", x, options);
  throw source.broken(
    "its nodes have no features: expected columns of numbers beside id, label and split, or " +
      `--make-features ${MADE_FEATURES.slice(0, -1).join(", ")} or ${MADE_FEATURES.at(-1)}`,
  );
}

/** The table's split, or a drawn one of the nodes that have a label. */
function splitOf({ ids, labels, split }: Nodes, path: string, options: NpzOptions): Split {
  const { split: which = 0, seed = 0 } = options;
  if (split !== undefined) {
    if (which === 0) return split;
    throw new RangeError(`Cannot take split ${which} of ${path} as it has one, numbered 0`);
  }
  const labelled = labelledNodes(labels);
  const drawn = randomSplit(ids.size, new Random(seed, which), labelled);
  if (Object.values(drawn).every(({ length }) => length > 0)) return drawn;
  throw unreadable(
    path,
    `it has no split, and ${
      labelled?.length ?? ids.size
    } nodes with a label: expected at least 4 ` +
      'to draw one from, or a column "split"',
  );
}
