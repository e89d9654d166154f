/**
 * Reads and writes rows: JSON lines, one file for each experiment, each line with a checksum. A line that a
 * killed process left torn is repaired.
 */
import { dirname } from "node:path";
import { crc32 } from "node:zlib";
import { parseJson } from "../../graphs/files/json.ts";
import { doesNotOpen } from "../../graphs/files/read_file.ts";
import { writeAll, writeWhole } from "../../graphs/files/whole_file.ts";
import { complete, SettingsError } from "../../settings/resolve.ts";
import { isRecord } from "../../settings/record.ts";
import { shown } from "../../settings/shown.ts";
import { ROW, type Row, SCHEMA } from "../../training/row.ts";

/** Where an experiment's rows stand: `reports/out/quick/rows/memory_vs_depth.jsonl`. */
export function rowsPath(folder: string, scale: string, experiment: string): string {
  return `${folder}/${scale}/rows/${experiment}.jsonl`;
}

/** All rows of a file in the order of writing; none where there is no file. */
export async function readRows(path: string): Promise<Row[]> {
  const { whole, tail } = splitTail(await readText(path));
  const lines = whole.split("\n");
  const rows = lines.flatMap((line, i) => line.trim() === "" ? [] : [parseRow(line, path, i + 1)]);
  if (tail === "") return rows;
  if (isJson(tail)) return [...rows, parseRow(tail, path, lines.length)];
  console.warn(`Ignoring ${path}:${lines.length}: the line is cut off, as its writer was stopped`);
  return rows;
}

/**
 * Adds one row to a file, which is made where there is none; a torn last line is dropped first. Other
 * processes that add rows wait meanwhile: a line that is torn has been left by its writer. The row is on the
 * disk then.
 */
export async function appendRow(path: string, row: Row): Promise<void> {
  checked(row, `Cannot write a row to ${path}`);
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    using file = await Deno.open(path, { create: true, read: true, append: true });
    await waitForOthers(file);
    const { whole, tail } = splitTail(await readText(path));
    const keepTail = isJson(tail);
    const end = new TextEncoder().encode(whole).length;
    if (tail !== "" && !keepTail) await file.truncate(end);
    const line = `${keepTail ? "\n" : ""}${rowLine(row)}\n`;
    await writeAll(file, new TextEncoder().encode(line));
    await file.sync();
  } catch (error) {
    throw new Error(`Cannot write a row to ${path}: ${(error as Error).message}`);
  }
}

/** Writes a file of one row, whatever stood there: readers find the old row or this one. */
export async function writeRow(path: string, row: Row): Promise<void> {
  checked(row, `Cannot write a row to ${path}`);
  await Deno.mkdir(dirname(path), { recursive: true });
  await writeWhole(path, new TextEncoder().encode(`${rowLine(row)}\n`));
}

/** A file system may have no locks. */
async function waitForOthers(file: Deno.FsFile): Promise<void> {
  await file.lock(true).catch(() => {});
}

/** Every whole line ends in a newline, so only what follows the last one can be torn. */
function splitTail(text: string): { whole: string; tail: string } {
  const end = text.lastIndexOf("\n") + 1;
  return { whole: text.slice(0, end), tail: text.slice(end) };
}

function parseRow(line: string, path: string, number: number): Row {
  let held: unknown;
  try {
    held = parseJson(line, "the line");
  } catch (error) {
    throw new SyntaxError(`Cannot read ${path}:${number}: ${(error as Error).message}`);
  }
  const what = `Cannot read ${path}:${number} as a row`;
  if (!isRecord(held)) throw new TypeError(`${what}: expected an object, found ${shown(held)}`);
  const { crc32: checksum, ...row } = held;
  if (checksum === undefined || checksum === checksumOf(row)) return checked(row, what);
  throw new TypeError(
    `${what}: its checksum is ${checksumOf(row)}, expected ${
      shown(checksum)
    }: it was changed or damaged ` +
      "since it was measured; take it from where it was measured, or run it again",
  );
}

/** A row as a line of its file: with a checksum of all before it. */
export function rowLine(row: Row): string {
  return JSON.stringify({ ...row, crc32: checksumOf(row) });
}

function checksumOf(row: object): string {
  return crc32(JSON.stringify(row)).toString(16).padStart(8, "0");
}

function checked(row: object, what: string): Row {
  const { schema = 1, status } = row as { schema?: unknown; status?: unknown };
  // Those of other tasks have none, nor have lines of a run's log.
  if (status === undefined) {
    throw new TypeError(`${what}: it has no status, expected a row of train or reproduce`);
  }
  if (schema !== SCHEMA) {
    throw new TypeError(
      `${what}: it is of schema ${shown(schema)}, this version reads schema ${SCHEMA}; ` +
        "scripts/upgrade_rows.ts rewrites files of schema 1",
    );
  }
  try {
    return complete(ROW, row);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new TypeError(`${what}: ${error.clause}`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw doesNotOpen(path, error);
  }
}
