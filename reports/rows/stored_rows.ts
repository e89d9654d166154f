/**
 * The rows of a folder: those that `reproduce` has added to an experiment's file, and those of runs that
 * were tasks of their own, a file for each. Two machines cannot be trusted to add to one file: a shared
 * file system may have no locks.
 */
// @ts-types="types-d3"
import * as d3 from "d3";
import { EXPERIMENTS } from "../../experiments/all.ts";
import { type Scale, SCALES } from "../../experiments/experiment.ts";
import { digest } from "../../training/files/digest.ts";
import type { Row, RunSettings } from "../../training/row.ts";
import { settingsKey } from "./keys.ts";
import { readRows, rowsPath } from "./rows.ts";

/** What the files of one run are named after: its row, its state, its task's note. */
export function fileKey(run: RunSettings): string {
  return digest(settingsKey(run));
}

/** Where the row of one run alone stands: `reports/out/quick/rows/arxiv/0123456789abcdef.jsonl`. */
export function taskRowPath(folder: string, run: RunSettings): string {
  return `${taskRows(folder, run.scale, run.experiment)}/${fileKey(run)}.jsonl`;
}

/** All rows of an experiment at a scale; by date where runs were tasks of their own. */
export async function storedRows(
  folder: string,
  scale: string,
  experiment: string,
): Promise<Row[]> {
  const rows = await readRows(rowsPath(folder, scale, experiment));
  const paths = await filesIn(taskRows(folder, scale, experiment));
  const ofTasks = (await Promise.all(paths.map(readRows))).flat();
  return ofTasks.length > 0 ? d3.sort([...rows, ...ofTasks], ({ date }) => date) : rows;
}

/**
 * The rows of every experiment and scale, this scale's last: one that is not asked for may have done the
 * work of one that is.
 */
export async function everyRow(folder: string, scale: Scale): Promise<Row[]> {
  const scales = [...SCALES.filter((other) => other !== scale), scale];
  const rows = scales.flatMap((one) =>
    EXPERIMENTS.map(({ name }) => storedRows(folder, one, name))
  );
  return (await Promise.all(rows)).flat();
}

function taskRows(folder: string, scale: string, experiment: string): string {
  return rowsPath(folder, scale, experiment).replace(/\.jsonl$/, "");
}

async function filesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) names.push(name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return names.filter((name) => name.endsWith(".jsonl")).sort().map((name) => `${folder}/${name}`);
}
