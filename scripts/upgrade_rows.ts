/**
 * Rewrites files of rows of schema 1, which left out what was at its default, as rows of schema 2, which
 * hold every option: `deno run --allow-read --allow-write scripts/upgrade_rows.ts rows/*.jsonl`.
 */
import { writeWhole } from "../graphs/files/whole_file.ts";
import type { ModelGiven } from "../models/options.ts";
import { complete, pick } from "../settings/resolve.ts";
import { rowLine } from "../reports/rows/rows.ts";
import { ROW, type Row, SCHEMA } from "../training/row.ts";
import { RUN, type RunGiven, type RunSettings, runSettings } from "../training/settings.ts";
import { runScript, UsageError } from "./flags/flags.ts";

// deno-lint-ignore no-explicit-any
type Old = any;

/** A row of schema 1 as one of schema 2; one of schema 2 as it is. */
export function upgraded({ crc32: _checksum, ...row }: Old): Row {
  if (row.schema === SCHEMA) return complete(ROW, row);
  const { warmUp: _, ...others } = row;
  const measured = Object.entries(others).filter(([name]) => !(name in RUN.entries));
  return complete(ROW, {
    schema: SCHEMA,
    ...settingsOfRow(row),
    ...Object.fromEntries(measured),
  });
}

/** All settings of a run, as a row or a checkpoint of either schema has them; in the first a convolution is a name. */
export function settingsOfRow(row: Old): RunSettings {
  const { warmUp, schedule, model = {}, ...others } = row;
  const upgraded = {
    ...others,
    model: typeof model.convolution === "object" ? model : modelOf(model),
    schedule: warmUp === undefined ? schedule : { kind: schedule, epochs: warmUp },
  };
  return runSettings(pick(RUN.entries, upgraded) as unknown as RunGiven);
}

/** A model of a row of schema 1. */
export function modelOf(old: Old): ModelGiven {
  const { convolution, attention, aggregation, encodeEdges, equilibrium, ...others } = old;
  const { symmetric: symmetricNorm, ...heads } = attention ?? {};
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
    ...equilibrium && { equilibrium: equilibriumOf(equilibrium) },
  };
}

function equilibriumOf(old: Old) {
  const { method = "anderson", memory, damping, maxSteps, tolerance, gradient = "implicit" } = old;
  const { adjointSteps, adjointTolerance, phantomSteps, phantomDamping, jacobianWeight } = old;
  const own = {
    implicit: { steps: adjointSteps, tolerance: adjointTolerance, jacobianWeight },
    phantom: { steps: phantomSteps, damping: phantomDamping },
  }[gradient as string];
  return {
    solver: { kind: method, memory, damping },
    maxSteps,
    tolerance,
    gradient: { kind: gradient, ...own },
  };
}

async function main(files: string[]): Promise<void> {
  if (files.length === 0) {
    throw new UsageError("Cannot upgrade rows: name one file of them or more");
  }
  for (const file of files) {
    const lines = (await Deno.readTextFile(file)).split("\n").filter((line) => line.trim() !== "");
    const rows = lines.map((line) => rowLine(upgraded(JSON.parse(line))));
    await writeWhole(file, new TextEncoder().encode(rows.join("\n") + "\n"));
    console.log(`${file}: ${rows.length} rows of schema ${SCHEMA}`);
  }
}

if (import.meta.main) await runScript(main);
