/** Opens comma-separated text with a header as a table; quotes and line ends as RFC 4180 has them. */
import { Readable } from "node:stream";
import { parse as untypedParse } from "@std/csv/parse";
import { messageOf } from "../../settings/shown.ts";
import { doesNotOpen } from "../files/read_file.ts";
import { kindOf } from "../files/foreign_file.ts";
import { gunzipped } from "../files/gunzip.ts";
import { checkColumns, type FileRows, type FileTable, unreadable } from "./table.ts";

// The standard library's npm build ships no types.
const parse: (text: string, options: { separator: string }) => string[][] = untypedParse;

/** Characters that are parsed together: longer pieces are slower. */
const PIECE = 2 ** 16;
/** Characters that a row may have. */
const LONGEST_ROW = 2 ** 22;

/** Opens a file, whose name ends in `.gz` if it is packed; the separator is a single character. */
export async function openCsv(path: string, separator = ","): Promise<FileTable> {
  const records = recordsOf(path, separator);
  const { value: [head, ...first] = [] } = await records.next();
  if (head === undefined) {
    throw unreadable(path, "it is empty: expected a header that names its columns");
  }
  const columns = head.map((name) => name.trim());
  const close = async () => void await records.return(undefined);
  try {
    checkColumns(path, columns);
  } catch (error) {
    await close();
    throw error;
  }
  return { path, columns, pieces: pieces(), [Symbol.asyncDispose]: close };

  async function* pieces(): AsyncGenerator<FileRows> {
    let done = 0;
    const rowsOf = (records: readonly string[][]): FileRows => {
      const wrong = records.findIndex(({ length }) => length !== columns.length);
      if (wrong >= 0) {
        const { length } = records[wrong]!;
        throw unreadable(
          path,
          `row ${done + wrong + 1} has ${length} ${length === 1 ? "field" : "fields"}: expected ` +
            `${columns.length}, one for each column of the header`,
        );
      }
      done += records.length;
      return { count: records.length, cell: (row, col) => records[row]![col] };
    };
    yield rowsOf(first);
    for await (const piece of records) yield rowsOf(piece);
  }
}

/** Yields records in pieces. */
async function* recordsOf(path: string, separator: string): AsyncGenerator<string[][], undefined> {
  let done = 0;
  for await (const text of wholeRecords(path)) {
    let records: string[][];
    try {
      records = parse(text, { separator });
    } catch (error) {
      // "Syntax error on line 2; parse error on line 3, column 1: bare …", of this piece's lines.
      const [, line = "1", what] = messageOf(error).match(/line (\d+)(?:, column \d+)?: (.*)$/) ??
        [];
      throw unreadable(
        path,
        `line ${done + Number(line)} is no row of values: ${what ?? messageOf(error)}; ` +
          'put a value with quotes in quotes, each of its own twice: "a ""b"""',
      );
    }
    done += text.split("\n").length - 1;
    if (records.length > 0) yield records;
  }
}

/** Yields a file's text in pieces that end where a record does, outside of quotes. */
async function* wholeRecords(path: string): AsyncGenerator<string, undefined> {
  let rest = "";
  for await (const text of textOf(path)) {
    rest += text;
    if (rest.length < PIECE) continue;
    const end = endOfRecords(rest);
    if (end > 0) yield rest.slice(0, end);
    rest = rest.slice(end);
    if (rest.length > LONGEST_ROW) {
      throw unreadable(
        path,
        `a row has more than ${LONGEST_ROW} characters: expected lines of values, see that each " ` +
          "that opens is closed",
      );
    }
  }
  if (rest !== "") yield rest;
}

/** Behind the last newline that is outside of quotes; 0 for none. A quote within quotes is two. */
function endOfRecords(text: string): number {
  let end = 0;
  let isOpen = false;
  for (let from = 0;;) {
    const quote = text.indexOf('"', from);
    const to = quote < 0 ? text.length : quote;
    const newline = isOpen ? -1 : text.slice(from, to).lastIndexOf("\n");
    if (newline >= 0) end = from + newline + 1;
    if (quote < 0) return end;
    isOpen = !isOpen;
    from = quote + 1;
  }
}

/** Yields a file's text; throws a sentence if it does not open, or is none. */
async function* textOf(path: string): AsyncGenerator<string, undefined> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    throw doesNotOpen(path, error);
  }
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let isFirst = true;
  try {
    for await (const bytes of path.endsWith(".gz") ? unpacked(file, path) : file.readable) {
      const kind = isFirst ? kindOf(bytes) : undefined;
      isFirst = false;
      if (kind !== undefined && !kind.startsWith("text")) {
        throw unreadable(path, `it is no text but ${kind}: expected comma-separated values`);
      }
      yield decoder.decode(bytes, { stream: true });
    }
    yield decoder.decode();
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
    if (!(error instanceof TypeError)) throw doesNotOpen(path, error);
    throw unreadable(path, "it is no text in UTF-8: save it in that encoding");
  }
}

/** Yields what a gzip file unpacks to; throws a sentence where it does not. */
async function* unpacked(file: Deno.FsFile, path: string): AsyncGenerator<Uint8Array> {
  const { size } = await file.stat();
  try {
    yield* gunzipped(Readable.from(file.readable), size);
  } catch (error) {
    const isBroken = (error as { code?: string }).code?.startsWith("Z_");
    const state = isBroken ? "it is no whole gzip file: " : "";
    throw unreadable(path, `${state}${messageOf(error)}${isBroken ? "; pack it anew" : ""}`);
  }
}
