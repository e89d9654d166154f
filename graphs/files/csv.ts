/**
 * Parses tables of numbers in comma-separated text from bytes as they stream in: a table may take
 * gigabytes, so no text is held and no string made. No header, no quotes; a newline ends a row.
 */
import { messageOf, quoted } from "../../settings/shown.ts";

/** What a table must look like. */
export interface TableOptions {
  /** Number of rows; default any. */
  readonly rows?: number;
  /** What has one row each, for messages: "node". */
  readonly per?: string;
  /** Number of columns; default that of the first row. */
  readonly cols?: number;
  /** Whether a value may be nan, for missing; default false. */
  readonly missing?: boolean;
}

/** Called with each row, counted from 0; the array is reused for the next row. */
export type TakeRow = (values: Float64Array, row: number) => void;

/** Thrown for a faulty table; its message is a clause that names the line. */
export class TableError extends Error {}

/** Bytes of the longest line that is accepted. */
const LONGEST_LINE = 2 ** 20;
const MOST_COLUMNS = 65_536;
const NEWLINE = 0x0a;
const RETURN = 0x0d;
const COMMA = 0x2c;
const PLUS = 0x2b;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;

/** 10⁰ … 10²², the powers of ten that a float64 holds exactly. */
const POWERS = Float64Array.from({ length: 23 }, (_, k) => Number(`1e${k}`));

/** Calls `take` with each row; returns how many there were. `onRows` is called with the rows so far. */
export async function readTable(
  bytes: AsyncIterable<Uint8Array>,
  options: TableOptions,
  take: TakeRow,
  onRows?: (rows: number) => void,
): Promise<number> {
  const table = new Table(options, take);
  try {
    for await (const lines of wholeLines(bytes)) {
      table.parse(lines);
      onRows?.(table.rows);
    }
  } catch (error) {
    if (error instanceof TableError) throw error;
    throw new TableError(`it breaks off after line ${table.rows}: ${messageOf(error)}`);
  }
  table.finish();
  return table.rows;
}

/** Yields blocks of whole lines; a newline is added to the last if it has none. */
async function* wholeLines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let rest = new Uint8Array(0);
  for await (const chunk of bytes) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) yield concat(rest, chunk.subarray(0, end));
    rest = end > 0 ? chunk.slice(end) : concat(rest, chunk);
    if (rest.length > LONGEST_LINE) {
      throw new Error(`the next has more than ${LONGEST_LINE} bytes, expected a row of numbers`);
    }
  }
  if (rest.length > 0) yield concat(rest, Uint8Array.of(NEWLINE));
}

function concat(first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

class Table {
  /** Rows so far, and so the number of the last line read. */
  rows = 0;
  #options: TableOptions;
  #take: TakeRow;
  /** The current row; has room for the most columns until the first row says how many there are. */
  #values: Float64Array;
  #cols: number | undefined;
  #lines = new Uint8Array(0);
  #at = 0;

  constructor(options: TableOptions, take: TakeRow) {
    this.#options = options;
    this.#take = take;
    this.#cols = options.cols;
    this.#values = new Float64Array(options.cols ?? MOST_COLUMNS);
  }

  parse(lines: Uint8Array): void {
    this.#lines = lines as Uint8Array<ArrayBuffer>;
    this.#at = 0;
    while (this.#at < lines.length) this.#row();
  }

  finish(): void {
    const { rows = this.rows } = this.#options;
    if (this.rows < rows) {
      throw new TableError(`it ends after line ${this.rows}: expected ${rows} lines${this.#per()}`);
    }
  }

  #row(): void {
    const [values, { rows }] = [this.#values, this.#options];
    if (this.rows === rows) {
      throw this.#wrong(`is one too many: expected ${rows} lines${this.#per()}`);
    }
    let col = 0;
    for (;;) {
      if (col === values.length) throw this.#wrongColumns(this.#lineColumns());
      values[col++] = this.#number(col);
      const byte = this.#lines[this.#at++];
      if (byte === COMMA) continue;
      if (byte === NEWLINE) break;
      if (byte === RETURN && this.#lines[this.#at++] === NEWLINE) break;
      throw this.#wrongValue(col);
    }
    if (this.#cols === undefined) this.#values = values.slice(0, this.#cols = col);
    else if (col !== this.#cols) throw this.#wrongColumns(col);
    this.#take(this.#values, this.rows);
    this.rows++;
  }

  /**
   * Reads one number and stops behind it. Digits that fit a float64, times a power of ten that does,
   * give the nearest float64 (Clinger, 1990); other numbers are left to JavaScript's parser.
   */
  #number(col: number): number {
    const lines = this.#lines;
    const begin = this.#at;
    let at = begin;
    const sign = lines[at]!;
    if (sign === MINUS || sign === PLUS) at++;
    const first = at;
    let digits = 0;
    for (let digit; (digit = lines[at]! - ZERO) >= 0 && digit < 10; at++) {
      digits = 10 * digits + digit;
    }
    let count = at - first;
    let exponent = 0;
    if (lines[at] === POINT) {
      const point = at++;
      for (let digit; (digit = lines[at]! - ZERO) >= 0 && digit < 10; at++) {
        digits = 10 * digits + digit;
      }
      exponent = point + 1 - at;
      count -= exponent;
    }
    this.#at = at;
    if (count === 0) return this.#missing(col, first);
    if ((lines[at]! | 0x20) === 0x65) exponent += this.#exponent(col); // e, E
    const size = exponent < 0 ? -exponent : exponent;
    if (digits > Number.MAX_SAFE_INTEGER || size > 22) return this.#text(begin, col);
    const value = exponent < 0 ? digits / POWERS[size]! : digits * POWERS[size]!;
    return sign === MINUS ? -value : value;
  }

  #exponent(col: number): number {
    const sign = this.#lines[++this.#at];
    if (sign === MINUS || sign === PLUS) this.#at++;
    const first = this.#at;
    let exponent = 0;
    for (let digit; (digit = this.#lines[this.#at]! - ZERO) >= 0 && digit < 10; this.#at++) {
      exponent = Math.min(10 * exponent + digit, 9999);
    }
    if (this.#at === first) throw this.#wrongValue(col);
    return sign === MINUS ? -exponent : exponent;
  }

  /** Leaves a number to JavaScript's parser; only such numbers can be too large for a float32. */
  #text(begin: number, col: number): number {
    const value = Number(new TextDecoder().decode(this.#lines.subarray(begin, this.#at)));
    if (!Number.isFinite(Math.fround(value))) throw this.#wrongValue(col);
    return value;
  }

  /** Reads nan, in upper or lower case. */
  #missing(col: number, first: number): number {
    const word = new TextDecoder().decode(this.#lines.subarray(first, first + 3));
    if (!this.#options.missing || word.toLowerCase() !== "nan") throw this.#wrongValue(col);
    this.#at = first + 3;
    return NaN;
  }

  #wrong(state: string): TableError {
    return new TableError(`line ${this.rows + 1} ${state}`);
  }

  #wrongColumns(found: number): TableError {
    return this.#wrong(
      `has ${columns(found)}: expected ${this.#cols ?? `at most ${MOST_COLUMNS}`}`,
    );
  }

  #wrongValue(col: number): TableError {
    const line = this.#line();
    const found = line.split(",")[col - 1] ?? "";
    if (this.#cols !== undefined && line.split(",").length < this.#cols && found === "") {
      return this.#wrongColumns(this.#lineColumns());
    }
    const expected = this.#options.missing ? "a number or nan" : "a number";
    const what = found === "" ? "nothing" : quoted(found);
    return this.#wrong(`has ${what} in column ${col}: expected ${expected}`);
  }

  #lineColumns(): number {
    const line = this.#line();
    return line === "" ? 0 : line.split(",").length;
  }

  /** The current line, as text. */
  #line(): string {
    const lines = this.#lines;
    const at = Math.min(this.#at, lines.length - 1);
    const begin = at === 0 ? 0 : lines.lastIndexOf(NEWLINE, at - 1) + 1;
    const end = lines.indexOf(NEWLINE, at);
    return new TextDecoder().decode(lines.subarray(begin, end)).replace(/\r$/, "");
  }

  #per(): string {
    return this.#options.per === undefined ? "" : `, one per ${this.#options.per}`;
  }
}

function columns(count: number): string {
  return count === 1 ? "1 column" : `${count} columns`;
}
