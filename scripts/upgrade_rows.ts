/**
 * Rewrites files of rows of schema 1, which left out what was at its default, as rows of schema 2, which
 * hold every option: `deno run --allow-read --allow-write scripts/upgrade_rows.ts rows/*.jsonl`.
 */
import { parseJson } from "../graphs/files/json.ts";
import { readFile } from "../graphs/files/read_file.ts";
import { writeWhole } from "../graphs/files/whole_file.ts";
import type { ModelGiven } from "../models/options.ts";
import { complete, pick } from "../settings/resolve.ts";
import { isRecord } from "../settings/record.ts";
import { entryOf } from "../settings/schema.ts";
import { shown } from "../settings/shown.ts";
import { rowLine } from "../reports/rows/rows.ts";
import { ROW, type Row, SCHEMA } from "../training/row.ts";
import { RUN, type RunGiven, type RunSettings, runSettings } from "../training/settings.ts";
import { runScript, UsageError } from "./flags/flags.ts";

// deno-lint-ignore no-explicit-any
type Old = any;

/** A row of schema 1 as one of schema 2; one of schema 2 as it is. Throws a sentence. */
export function upgraded(old: unknown): Row {
  const { crc32: _checksum, ...row } = objectOf(old, "a row");
  if (row.schema === SCHEMA) return complete(ROW, row);
  const { warmUp: _, ...others } = row;
  const measured = Object.entries(others).filter(([name]) => !entryOf(RUN.entries, name));
  return complete(ROW, {
    schema: SCHEMA,
    ...settingsOfRow(row),
    ...Object.fromEntries(measured),
  });
}

/** All settings of a run, as a row or a checkpoint of either schema has them; in the first a convolution is a name. */
export function settingsOfRow(row: unknown): RunSettings {
  const { warmUp, schedule, model = {}, ...others } = objectOf(row, "a run");
  const upgraded = {
    ...others,
    model: isRecord(objectOf(model, "a model").convolution) ? model : modelOf(model),
    schedule: warmUp === undefined ? schedule : { kind: schedule, epochs: warmUp },
  };
  return runSettings(pick(RUN.entries, upgraded) as unknown as RunGiven);
}

/** A model of a row of schema 1. */
export function modelOf(old: Old): ModelGiven {
  const { convolution, attention, aggregation, encodeEdges, equilibrium, ...others } = old;
  const { symmetric: symmetricNorm, ...heads } = objectOf(attention ?? {}, "attention");
  const gat = { kind: "gat", ...heads, ...symmetricNorm !== undefined && { symmetricNorm } };
  const gen = {
    kind: "gen",
    ...encodeEdges !== undefined && { encodeEdges },
    ...aggregation && { aggregation },
  };
  const kind = convolution ?? (old.kind === "rev-gat" ? "gat" : "gen");
  return {
    ...others,
    convolution: kind === "gat" ? gat : kind === "gen" ? gen : kind,
    ...equilibrium && { equilibrium: equilibriumOf(objectOf(equilibrium, "an equilibrium")) },
  };
}

function equilibriumOf(old: Old) {
  const { method = "anderson", memory, damping, maxSteps, tolerance, gradient = "implicit" } = old;
  const { adjointSteps, adjointTolerance, phantomSteps, phantomDamping, jacobianWeight } = old;
  const own = gradient === "implicit"
    ? { steps: adjointSteps, tolerance: adjointTolerance, jacobianWeight }
    : gradient === "phantom"
    ? { steps: phantomSteps, damping: phantomDamping }
    : {};
  return {
    solver: { kind: method, memory, damping },
    maxSteps,
    tolerance,
    gradient: { kind: gradient, ...own },
  };
}

function objectOf(value: unknown, what: string): Old {
  if (isRecord(value)) return value;
  throw new RangeError(`Cannot read ${what}: expected an object, found ${shown(value)}`);
}

/** The rows of a file, upgraded. */
function upgradedFile(text: string, file: string): Row[] {
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    try {
      return [upgraded(parseJson(line, "the line"))];
    } catch (error) {
      throw new SyntaxError(`Cannot upgrade ${file}:${i + 1}: ${(error as Error).message}`);
    }
  });
}

async function main(files: string[]): Promise<void> {
  if (files.length === 0) {
    throw new UsageError("Cannot upgrade rows: name one file of them or more");
  }
  for (const file of files) {
    const rows = upgradedFile(new TextDecoder().decode(await readFile(file)), file);
    const text = rows.map((row) => `${rowLine(row)}\n`).join("");
    await writeWhole(file, new TextEncoder().encode(text));
    console.log(`${file}: ${rows.length} rows of schema ${SCHEMA}`);
  }
}

if (import.meta.main) await runScript(main);
