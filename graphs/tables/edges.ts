/** Reads a table of edges between nodes that another table names, and puts them into rows. */
import { fromEdges } from "../csr.ts";
import { bothWays, distinctEdges, type EdgeList, withoutUnits } from "../distinct_edges.ts";
import type { Graph, Matrix } from "../graph.ts";
import { cellName, isMissing } from "./cells.ts";
import { FeatureReader } from "./features.ts";
import { Growing } from "../growing.ts";
import { singleGraph } from "./nodes.ts";
import { columnOf, type FileRows, type FileTable, unreadable, wrongCell } from "./table.ts";

/** The column that is a weight, if no other column is a feature. */
const WEIGHT = "weight";

/** How a table of edges is read. */
export interface EdgeOptions {
  /** The columns of both ends. */
  readonly source: string;
  readonly target: string;
  /** The column that tells several graphs apart, of which one is read; default none. */
  readonly graphId?: string;
  /** Columns that are no features. */
  readonly without?: (name: string) => boolean;
  /** The file that names the nodes, for messages. */
  readonly nodesPath: string;
  /** Whether each edge's reverse is added. */
  readonly symmetric: boolean;
}

type Edges = Pick<Graph, "rowPtr" | "colIdx" | "edgeFeatures" | "weighted">;

/** Reads all rows of a table of edges. */
export async function readEdgeTable(
  table: FileTable,
  ids: ReadonlyMap<string, number>,
  options: EdgeOptions,
): Promise<Edges> {
  const { without = () => false, graphId, symmetric } = options;
  const ends = [options.source, options.target]
    .map((name) => columnOf(table, name, "ids of nodes")) as [number, number];
  const cols = table.columns.flatMap((name, col) =>
    ends.includes(col) || name === graphId || without(name) ? [] : [col]
  );
  const features = new FeatureReader(table, cols);
  const graphs = singleGraph(table, graphId);
  const [sources, targets] = [new Growing(Uint32Array), new Growing(Uint32Array)];
  let row = 0;
  for await (const rows of table.pieces) {
    for (let at = 0; at < rows.count; at++, row++) {
      const nodeAt = (col: number) => nodeNamed(table, ids, rows, at, row, col, options.nodesPath);
      sources.push(nodeAt(ends[0]));
      targets.push(nodeAt(ends[1]));
      features.add(rows, at);
      graphs?.(rows, at, row);
    }
  }
  const list = { sources: sources.done(), targets: targets.done() };
  const isWeight = cols.length === 1 && table.columns[cols[0]!] === WEIGHT;
  return edgesOf(ids.size, list, features.done(), { isWeight, symmetric });
}

function nodeNamed(
  table: FileTable,
  ids: ReadonlyMap<string, number>,
  rows: FileRows,
  at: number,
  row: number,
  col: number,
  nodesPath: string,
): number {
  const cell = rows.cell(at, col);
  const node = isMissing(cell) ? undefined : ids.get(cellName(cell) ?? "");
  if (node !== undefined) return node;
  throw unreadable(
    table.path,
    `${
      wrongCell(table, row, col, cell)
    }: expected an id that ${nodesPath} has, add a row there or ` +
      "drop the edge",
  );
}

/** Without features, or of weights, every edge stands once; of features as often as in the file. */
function edgesOf(
  nodes: number,
  list: EdgeList,
  features: Matrix,
  { isWeight, symmetric }: { readonly isWeight: boolean; readonly symmetric: boolean },
): Edges {
  if (features.cols === 0) return distinctEdges(nodes, list, { symmetric });
  if (isWeight && features.cols === 1) {
    return distinctEdges(nodes, withoutUnits({ ...list, weights: features.data }), { symmetric });
  }
  if (!symmetric) return fromEdges(nodes, list.sources, list.targets, features);
  const { sources, targets } = bothWays(list);
  const data = new Float32Array(2 * features.data.length);
  data.set(features.data);
  data.set(features.data, features.data.length);
  return fromEdges(nodes, sources, targets, { data, rows: sources.length, cols: features.cols });
}
