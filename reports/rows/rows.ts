/** Rows on disk: JSON lines, one file an experiment; a line that a killed process tore is mended. */
import type { Row } from "../../training/row.ts";
import { wrongField } from "./fields.ts";

export { isTeacher, sameRun, settingsKey, taughtWorkKey, workKey } from "./fields.ts";

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

/** Adds one row to a file, which is made where there is none; a torn last line is dropped first. */
export async function appendRow(path: string, row: Row): Promise<void> {
  const wrong = wrongField(row);
  if (wrong) throw new TypeError(`Cannot write a row to ${path}: its ${wrong} is ${row[wrong]}`);
  await Deno.mkdir(path.slice(0, path.lastIndexOf("/") + 1) || ".", { recursive: true });
  const { whole, tail } = splitTail(await readText(path));
  const keepTail = isJson(tail);
  if (tail !== "" && !keepTail) {
    await Deno.truncate(path, new TextEncoder().encode(whole).length);
  }
  const line = `${keepTail ? "\n" : ""}${JSON.stringify(row)}\n`;
  await Deno.writeTextFile(path, line, { append: true });
}

/** Every whole line ends in a newline, so only what follows the last one can be torn. */
function splitTail(text: string): { whole: string; tail: string } {
  const end = text.lastIndexOf("\n") + 1;
  return { whole: text.slice(0, end), tail: text.slice(end) };
}

function parseRow(line: string, path: string, number: number): Row {
  if (!isJson(line)) throw new SyntaxError(`Cannot read ${path}:${number}: the line is not JSON`);
  const row = JSON.parse(line);
  const wrong = wrongField(row);
  if (!wrong) return row;
  const value = JSON.stringify(row?.[wrong]) ?? "missing";
  throw new TypeError(`Cannot read ${path}:${number} as a row: its ${wrong} is ${value}`);
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
    throw error;
  }
}
