/** Reads the labels of a table of nodes: a column of classes, or columns of tasks. */
import { classLabels, type Labels, MISSING } from "../class_labels.ts";
import type { LabelValue } from "../graph.ts";
import { cellName, cellNumber, isMissing } from "./cells.ts";
import { Growing } from "../growing.ts";
import { type FileRows, type FileTable, unreadable, wrongCell } from "./table.ts";

/** Reads something of each row, in order. */
export interface RowReader<T> {
  /** Reads row `at` of a piece, which is the table's row `row`. */
  add(rows: FileRows, at: number, row: number): void;
  done(): T;
}

/** Reads one class a node: whole numbers, of which −1 is none, or names; an empty cell is none as well. */
export function classReader(
  table: FileTable,
  col: number,
  known: readonly LabelValue[] | undefined,
): RowReader<Labels> {
  const names: string[] = [];
  return {
    add(rows, at, row) {
      const cell = rows.cell(at, col);
      const name = isMissing(cell) ? "" : cellName(cell);
      if (name === undefined) {
        throw unreadable(
          table.path,
          `${wrongCell(table, row, col, cell)}: expected a class, a whole number or a name; give ` +
            'each of several tasks a column that begins with "label_"',
        );
      }
      names.push(name);
    },
    done() {
      const source = {
        name: "label",
        what: 'column "label"',
        place: (row: number) => `row ${row + 1}, column "label"`,
        broken: (state: string) => unreadable(table.path, state),
      };
      return classLabels(valuesOf(table, col, names), source, known);
    },
  };
}

/** Numbers if all are numbers, which must be whole then; otherwise names. What is empty is NaN. */
function valuesOf(table: FileTable, col: number, names: readonly string[]): LabelValue[] {
  const numbers = new Map<string, number | undefined>();
  for (const name of names) if (name !== "") numbers.set(name, cellNumber(name));
  const areNumbers = [...numbers.values()].every((value) => value !== undefined);
  return names.map((name, row) => {
    if (name === "") return NaN;
    if (!areNumbers) return name;
    const value = Number(name);
    if (Number.isInteger(value)) return value;
    throw unreadable(
      table.path,
      `${
        wrongCell(table, row, col, name)
      }: expected a whole number, or names throughout; what is ` +
        "measured is no class",
    );
  });
}

/** Reads tasks of 0 and 1; an empty cell or −1 is a missing label. */
export function taskReader(table: FileTable, cols: readonly number[]): RowReader<Labels> {
  const data = new Growing(Float32Array);
  let nodes = 0;
  return {
    add(rows, at, row) {
      for (const col of cols) data.push(taskLabel(table, rows, at, row, col));
      nodes++;
    },
    done: () => ({ labels: { data: data.done(), rows: nodes, cols: cols.length } }),
  };
}

function taskLabel(table: FileTable, rows: FileRows, at: number, row: number, col: number): number {
  const cell = rows.cell(at, col);
  const value = isMissing(cell) ? NaN : cellNumber(cell);
  if (value === MISSING) return NaN;
  if (value === 0 || value === 1 || Number.isNaN(value)) return value!;
  throw unreadable(
    table.path,
    `${wrongCell(table, row, col, cell)}: expected 0 or 1, or nothing where there is no label`,
  );
}
