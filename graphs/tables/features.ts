/** Reads columns of a table as features, row by row; a column is one number wide, or as wide as its lists. */
import type { Matrix } from "../graph.ts";
import { cellNumbers } from "./cells.ts";
import { Growing } from "../growing.ts";
import { type FileRows, type FileTable, unreadable, wrongCell } from "./table.ts";

/** Features of rows that are read one after another. */
export class FeatureReader {
  readonly #table: FileTable;
  readonly #cols: readonly number[];
  /** Numbers in a row of each column, as the first row says. */
  readonly #widths: number[] = [];
  readonly #data = new Growing(Float32Array);
  #rows = 0;

  constructor(table: FileTable, cols: readonly number[]) {
    this.#table = table;
    this.#cols = cols;
  }

  /** Reads row `at` of a piece. */
  add(rows: FileRows, at: number): void {
    this.#cols.forEach((col, k) => this.#addCell(rows, at, col, k));
    this.#rows++;
  }

  /** [rows, features] */
  done(): Matrix {
    const cols = this.#widths.reduce((sum, width) => sum + width, 0);
    return { data: this.#data.done(), rows: this.#rows, cols };
  }

  #addCell(rows: FileRows, at: number, col: number, k: number): void {
    const cell = rows.cell(at, col);
    const numbers = cellNumbers(cell);
    const wrong = () => wrongCell(this.#table, this.#rows, col, cell);
    if (numbers === undefined) {
      throw unreadable(
        this.#table.path,
        `${wrong()}: expected a finite number, or a list of them, as every column but those with a ` +
          "meaning of their own is a feature; fill it in, encode it or drop the column",
      );
    }
    const width = this.#widths[k] ??= numbers.length;
    if (numbers.length !== width) {
      throw unreadable(
        this.#table.path,
        `${wrong()}: expected ${width} ${width === 1 ? "number" : "numbers"}, as in row 1`,
      );
    }
    for (const value of numbers) this.#data.push(value);
  }
}
