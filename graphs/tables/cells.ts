/** What a cell of a table says: a name, a number, a truth, or a list of numbers. */
import type { FileCell } from "./table.ts";

/** A number as people and programs write it. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const TRUTHS = new Map([["true", 1], ["false", 0]]);

/** Whether a cell says nothing: empty, null or NaN. */
export function isMissing(cell: FileCell): boolean {
  if (typeof cell === "string") return /^(nan)?$/i.test(cell.trim());
  return cell === null || cell === undefined || Number.isNaN(cell);
}

/** A cell as the name of a node or class; a number is named by its digits. Undefined for lists. */
export function cellName(cell: FileCell): string | undefined {
  if (typeof cell === "string") return cell.trim();
  return typeof cell === "object" || cell === undefined ? undefined : String(cell);
}

/** A cell as a number that a float32 can hold; truths are 1 and 0. Undefined for anything else. */
export function cellNumber(cell: FileCell): number | undefined {
  if (typeof cell === "string") {
    const text = cell.trim();
    if (!NUMBER.test(text)) return TRUTHS.get(text.toLowerCase());
    return finite(Number(text));
  }
  if (typeof cell === "boolean") return cell ? 1 : 0;
  if (typeof cell === "number" || typeof cell === "bigint") return finite(Number(cell));
  return undefined;
}

function finite(value: number): number | undefined {
  return Number.isFinite(Math.fround(value)) ? value : undefined;
}

/**
 * A cell as numbers: a list, as text `"0.1, 0.2"` or `"[0.1, 0.2]"` too, or a single number. Undefined for
 * anything else.
 */
export function cellNumbers(cell: FileCell): number[] | undefined {
  const single = cellNumber(cell);
  if (single !== undefined) return [single];
  const numbers: number[] = [];
  for (const item of itemsOf(cell)) {
    const value = cellNumber(item);
    if (value === undefined) return undefined;
    numbers.push(value);
  }
  return numbers;
}

function itemsOf(cell: FileCell): FileCell[] {
  if (typeof cell === "string") {
    return /[,[]/.test(cell) ? cell.trim().replace(/^\[|\]$/g, "").split(",") : [cell];
  }
  return typeof cell === "object" && cell !== null ? Array.from(cell) as FileCell[] : [cell];
}
