/** The data sets that are fetched from their publishers: their names, and where they are kept. */
import { cacheFolder } from "./cache_folder.ts";
import { isNpzDataset, NPZ_DATASETS, NPZ_NAMES, type NpzName } from "./npz_table.ts";
import { isOgb, OGB_DATASETS, OGB_NAMES, type OgbName } from "./ogb.ts";
import { PAPERS, PAPERS_NAME, type PapersName } from "./papers.ts";
import type { PublishedDataset } from "./published.ts";

/** The name of a data set that `fetchDataset` knows. */
export type FetchedName = OgbName | PapersName | NpzName;
/** All of these names. */
export const FETCHED_NAMES: readonly FetchedName[] = [...OGB_NAMES, PAPERS_NAME, ...NPZ_NAMES];

/** Whether `name` is one of them. */
export function isFetched(name: string): name is FetchedName {
  return isOgb(name) || name === PAPERS_NAME || isNpzDataset(name);
}

/** What is known of a data set before it is fetched. */
export function publishedAs(name: FetchedName): PublishedDataset {
  if (name === PAPERS_NAME) return PAPERS;
  return isOgb(name) ? OGB_DATASETS[name] : NPZ_DATASETS[name];
}

/** The path of a prepared data set: archives of tables are converted, those of arrays kept. */
export function cachePath(folder: string, name: FetchedName): string {
  return `${folder}/${name}.${isNpzDataset(name) ? "npz" : "safetensors"}`;
}

/** Whether the data set has been prepared in that folder. */
export async function isPrepared(name: FetchedName, folder: string): Promise<boolean> {
  try {
    return (await Deno.stat(cachePath(folder, name))).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * Opens a prepared data set: calls `open` with its path. If it is missing, or damaged (`open` throws a
 * SyntaxError), the error says what to run.
 */
export async function openPrepared<Opened>(
  name: FetchedName,
  cache: string | undefined,
  open: (path: string) => Promise<Opened>,
): Promise<Opened> {
  const folder = cacheFolder(cache);
  const [path, run] = [cachePath(folder, name), `run deno task data ${name}`];
  if (!await isPrepared(name, folder)) {
    throw new Error(`Cannot open ${name} as ${path} is not there: ${run}`);
  }
  try {
    return await open(path);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new SyntaxError(`${error.message}; ${run} --fresh`);
  }
}
