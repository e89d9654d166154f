/** A table as plain data: columns under the measurer they belong to, cells of one or more lines. */

/** A column, or several of one measurer. */
export interface Columns {
  /** Who measured, and on what. */
  readonly source: string;
  readonly heads: readonly string[];
}

/** A cell's lines. */
export type Cell = readonly string[];

/** The cell for a missing value. */
export const NONE: Cell = ["–"];

/** The first cell of a row names it. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly Columns[];
  readonly rows: readonly (readonly Cell[])[];
  readonly notes: readonly string[];
}
