/** A table of a file that is read piece by piece: columns with names, rows of cells. */
import { quoted, shown } from "../../settings/shown.ts";

/** A value as a file has it; text of CSV is not yet read as anything else. */
export type FileCell = string | number | bigint | boolean | null | undefined | ArrayLike<unknown>;

/** Some rows of a table, one after another. */
export interface FileRows {
  readonly count: number;
  /** The value of a column in a row, both counted from 0 and from this piece's first row. */
  readonly cell: (row: number, col: number) => FileCell;
}

/** An open table; disposing of it closes its file. */
export interface FileTable extends AsyncDisposable {
  /** The file's path, for messages. */
  readonly path: string;
  readonly columns: readonly string[];
  /** All rows, in order, once. */
  readonly pieces: AsyncIterable<FileRows>;
}

/** An error in a file as one sentence. */
export function unreadable(path: string, state: string): SyntaxError {
  return new SyntaxError(`Cannot read ${path} as ${state}`);
}

/** `row 3 has "x" in column "age": `, to be followed by what was expected. Rows count from 1 behind the header. */
export function wrongCell(table: FileTable, row: number, col: number, cell: FileCell): string {
  const found = cell === "" || cell === null || cell === undefined
    ? "nothing"
    : typeof cell === "string"
    ? quoted(cell)
    : shown(String(cell));
  return `row ${row + 1} has ${found} in column ${quoted(table.columns[col]!)}`;
}

/** Checks that columns have names, each its own. */
export function checkColumns(path: string, columns: readonly string[]): void {
  const bare = columns.indexOf("");
  if (bare >= 0) {
    throw unreadable(
      path,
      `column ${bare + 1} has no name: expected a header of names, as pandas writes it by ` +
        "to_csv(…, index=False)",
    );
  }
  const twice = columns.find((name, col) => columns.indexOf(name) !== col);
  if (twice === undefined) return;
  throw unreadable(
    path,
    `it has column ${quoted(twice)} twice: expected each name once, rename one`,
  );
}

/** The place of a column that must be there. */
export function columnOf({ path, columns }: FileTable, name: string, purpose: string): number {
  const col = columns.indexOf(name);
  if (col >= 0) return col;
  throw unreadable(
    path,
    `it has no column ${quoted(name)}: expected one of ${purpose}, it has ${
      columns.map((name) => quoted(name)).join(", ")
    }`,
  );
}
