/** Reads the split of a table of nodes: a column that names parts, or a mask for each part. */
import type { Split } from "../graph.ts";
import { cellName, cellNumber, isMissing } from "./cells.ts";
import { Growing } from "../growing.ts";
import type { RowReader } from "./labels.ts";
import { type FileRows, type FileTable, unreadable, wrongCell } from "./table.ts";

const PARTS = ["train", "valid", "test"] as const;
type Part = typeof PARTS[number];

/** The names that a column of parts may hold. */
const NAMES = new Map<string, Part>([
  ["train", "train"],
  ["valid", "valid"],
  ["val", "valid"],
  ["validation", "valid"],
  ["test", "test"],
]);

/** The names of the column that names parts, and of the masks: of each part one. */
export const SPLIT_COLUMN = "split";
const MASKS: Readonly<Record<Part, readonly string[]>> = {
  train: ["train_mask"],
  valid: ["val_mask", "valid_mask"],
  test: ["test_mask"],
};

/** Whether a column is of the split. */
export function isOfSplit(name: string): boolean {
  return name === SPLIT_COLUMN || Object.values(MASKS).flat().includes(name);
}

/** Reads each node's part; undefined where the table has no column of the split. */
export function splitReader(table: FileTable): RowReader<Split> | undefined {
  const { path, columns } = table;
  const named = columns.indexOf(SPLIT_COLUMN);
  const masks = PARTS.map((part) => columns.findIndex((name) => MASKS[part].includes(name)));
  const hasMasks = masks.some((col) => col >= 0);
  if (named < 0 && !hasMasks) return undefined;
  if (named >= 0 && hasMasks) {
    throw unreadable(
      path,
      'it has a column "split" and masks: expected one of both, drop the other',
    );
  }
  const missing = masks.indexOf(-1);
  if (named < 0 && missing >= 0) {
    throw unreadable(
      path,
      `it has no column "${MASKS[PARTS[missing]!][0]}": expected train_mask, val_mask and ` +
        "test_mask, or none for a split that is drawn",
    );
  }
  const nodes = PARTS.map(() => new Growing(Uint32Array));
  return {
    add(rows, at, row) {
      const part = named >= 0
        ? partNamed(table, rows, at, row, named)
        : partMasked(table, rows, at, row, masks);
      if (part !== undefined) nodes[part]!.push(row);
    },
    done() {
      const [train, valid, test] = nodes.map((part) => part.done());
      const split = { train: train!, valid: valid!, test: test! };
      const empty = PARTS.find((part) => split[part].length === 0);
      if (empty === undefined) return split;
      throw unreadable(
        path,
        `no row is of the part ${empty}: expected some in each of train, valid, test`,
      );
    },
  };
}

function partNamed(
  table: FileTable,
  rows: FileRows,
  at: number,
  row: number,
  col: number,
): number | undefined {
  const cell = rows.cell(at, col);
  if (isMissing(cell)) return undefined;
  const part = NAMES.get(cellName(cell)?.toLowerCase() ?? "");
  if (part !== undefined) return PARTS.indexOf(part);
  throw unreadable(
    table.path,
    `${
      wrongCell(table, row, col, cell)
    }: expected train, valid or test, or nothing for a node of no part`,
  );
}

function partMasked(
  table: FileTable,
  rows: FileRows,
  at: number,
  row: number,
  cols: readonly number[],
): number | undefined {
  let found: number | undefined;
  for (const [part, col] of cols.entries()) {
    const cell = rows.cell(at, col);
    const value = cellNumber(cell);
    if (value !== 0 && value !== 1) {
      throw unreadable(
        table.path,
        `${wrongCell(table, row, col, cell)}: expected True or False, or 1 or 0`,
      );
    }
    if (value === 0) continue;
    if (found !== undefined) {
      throw unreadable(
        table.path,
        `row ${row + 1} is in ${table.columns[cols[found]!]} and in ${
          table.columns[col]
        }: expected ` +
          "each node in one part only",
      );
    }
    found = part;
  }
  return found;
}
