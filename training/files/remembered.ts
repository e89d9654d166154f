/**
 * What a checkpoint remembers of its training graph, so that another graph is read alike: which feature
 * columns were chosen, and which labels its classes stand for.
 */
import { parseJson } from "../../graphs/files/json.ts";
import type { GraphOutline, LabelValue } from "../../graphs/graph.ts";
import type { NpzOptions } from "../../graphs/npz/npz_graph.ts";

export type Remembered = Pick<NpzOptions, "columns" | "labelValues">;

/** Writes it as a checkpoint's metadata. */
export function remember({ columns, labelValues }: GraphOutline): Record<string, string> {
  return {
    ...columns && { columns: JSON.stringify({ of: columns.of, kept: [...columns.kept] }) },
    ...labelValues && { labelValues: JSON.stringify(labelValues) },
  };
}

/** Reads it from the metadata of the checkpoint at `path`. */
export function rememberedOf(
  { columns, labelValues }: Readonly<Record<string, string>>,
  path: string,
): Remembered {
  const read = (name: string, text: string): unknown => {
    try {
      return parseJson(text, "it");
    } catch {
      throw damaged(path, name);
    }
  };
  const kept = columns === undefined ? undefined : read("columns", columns);
  const values = labelValues === undefined ? undefined : read("labelValues", labelValues);
  if (kept !== undefined && !isColumns(kept)) throw damaged(path, "columns");
  if (values !== undefined && !(isLabels(values) && values.length >= 2)) {
    throw damaged(path, "labelValues");
  }
  return {
    ...kept && { columns: { of: kept.of, kept: Uint32Array.from(kept.kept) } },
    ...values !== undefined && { labelValues: values as LabelValue[] },
  };
}

function damaged(path: string, name: string): SyntaxError {
  return new SyntaxError(
    `Cannot load ${path}: its metadata "${name}" is damaged, expected what train --save wrote`,
  );
}

function isColumns(value: unknown): value is { of: number; kept: number[] } {
  const { of, kept } = (value ?? {}) as { of?: unknown; kept?: unknown };
  return typeof of === "number" && isNumbers(kept) &&
    kept.every((col, k) => col > (kept[k - 1] ?? -1) && col < of);
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isInteger);
}

function isLabels(values: unknown): values is LabelValue[] {
  return isNumbers(values) ||
    Array.isArray(values) && values.every((value) => typeof value === "string");
}
