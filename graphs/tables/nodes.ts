/** Reads a table of nodes: their ids, labels, split and features. */
import { quoted } from "../../settings/shown.ts";
import type { Labels } from "../class_labels.ts";
import type { LabelValue, Matrix, Split } from "../graph.ts";
import { cellName, isMissing } from "./cells.ts";
import { FeatureReader } from "./features.ts";
import { classReader, type RowReader, taskReader } from "./labels.ts";
import { isOfSplit, splitReader } from "./split.ts";
import { columnOf, type FileRows, type FileTable, unreadable, wrongCell } from "./table.ts";

/** The column of classes, and what the names of columns of tasks begin with. */
export const LABEL = "label";
const TASK = "label_";

/** All nodes of a table, numbered as its rows. */
export interface Nodes {
  readonly ids: ReadonlyMap<string, number>;
  readonly labels: Labels;
  /** Undefined where the table has none. */
  readonly split: Split | undefined;
  /** [nodes, features] */
  readonly x: Matrix;
}

/** How a table of nodes is read. */
export interface NodeOptions {
  /** The column of ids. */
  readonly id: string;
  /** The column that tells several graphs apart, of which one is read; default none. */
  readonly graphId?: string;
  /** The values of class 0, 1, … that a model was trained for; default the table's. */
  readonly labelValues?: readonly LabelValue[] | undefined;
}

/** Reads all rows of a table of nodes. */
export async function readNodeTable(
  table: FileTable,
  { id, graphId, labelValues }: NodeOptions,
): Promise<Nodes> {
  const { path, columns } = table;
  const idCol = columnOf(table, id, "ids, of any text");
  const labels = labelReader(table, labelValues);
  const split = splitReader(table);
  const others = columns.flatMap((name, col) =>
    col === idCol || isLabel(name) || isOfSplit(name) || name === graphId ? [] : [col]
  );
  const features = new FeatureReader(table, others);
  const graphs = singleGraph(table, graphId);
  const ids = new Map<string, number>();
  for await (const rows of table.pieces) {
    for (let at = 0; at < rows.count; at++) {
      const row = ids.size;
      ids.set(newId(table, ids, rows, at, idCol), row);
      labels.add(rows, at, row);
      split?.add(rows, at, row);
      features.add(rows, at);
      graphs?.(rows, at, row);
    }
  }
  if (ids.size === 0) throw unreadable(path, "it has no rows: expected one for each node");
  return { ids, labels: labels.done(), split: split?.done(), x: features.done() };
}

function isLabel(name: string): boolean {
  return name === LABEL || name.startsWith(TASK);
}

function labelReader(
  table: FileTable,
  known: readonly LabelValue[] | undefined,
): RowReader<Labels> {
  const { columns, path } = table;
  const tasks = columns.flatMap((name, col) => name.startsWith(TASK) ? [col] : []);
  const single = columns.indexOf(LABEL);
  if (tasks.length > 0 && single >= 0) {
    throw unreadable(
      path,
      `it has columns "label" and "${
        columns[tasks[0]!]
      }": expected classes or tasks, drop one kind`,
    );
  }
  if (tasks.length > 0) return taskReader(table, tasks);
  return classReader(
    table,
    columnOf(table, LABEL, 'classes, or several "label_…" of tasks'),
    known,
  );
}

/** The id in a row, which no row before has. */
function newId(
  table: FileTable,
  ids: ReadonlyMap<string, number>,
  rows: FileRows,
  at: number,
  col: number,
): string {
  const cell = rows.cell(at, col);
  const id = isMissing(cell) ? undefined : cellName(cell);
  const wrong = () => wrongCell(table, ids.size, col, cell);
  if (id === undefined) throw unreadable(table.path, `${wrong()}: expected an id, of any text`);
  const other = ids.get(id);
  if (other === undefined) return id;
  throw unreadable(table.path, `${wrong()}, as row ${other + 1} has: expected each id once`);
}

/** Refuses rows of a second graph, where a column tells graphs apart. */
export function singleGraph(
  table: FileTable,
  graphId: string | undefined,
): ((rows: FileRows, at: number, row: number) => void) | undefined {
  const col = graphId === undefined ? -1 : table.columns.indexOf(graphId);
  if (col < 0) return undefined;
  let first: string | undefined;
  return (rows, at, row) => {
    const cell = rows.cell(at, col);
    const graph = cellName(cell);
    first ??= graph;
    if (graph === first) return;
    throw unreadable(
      table.path,
      `${wrongCell(table, row, col, cell)}, and row 1 ${
        quoted(first ?? "")
      }: expected a single graph, split ` +
        "the tables by it",
    );
  };
}
