/** Prepares a data set of the Open Graph Benchmark: downloads its archive, checks it, converts it. */
import { createHash } from "node:crypto";
import { cacheFolder } from "./cache_folder.ts";
import { download, type DownloadOptions } from "./download.ts";
import { OGB_DATASETS, ogbCachePath, type OgbDataset, type OgbName, ogbUrl } from "./ogb.ts";
import type { OnRows } from "./ogb_archive.ts";
import { convertOgb } from "./ogb_convert.ts";
import { isPrepared } from "./ogb_graph.ts";

/** Where a data set comes from, where it goes, and who hears of it. */
export interface PrepareOptions extends Pick<DownloadOptions, "onBytes" | "pause" | "retries"> {
  /** The folder of prepared data sets; default as `cacheFolder()` has it. */
  readonly cache?: string | undefined;
  /** An archive on this machine, or the folder it was unpacked to; default the publisher's. */
  readonly from?: string | undefined;
  /** Another address of the archive. */
  readonly url?: string | undefined;
  /** Prepares it again though it is there. */
  readonly fresh?: boolean;
  /** Hears of each member's rows. */
  readonly onRows?: OnRows;
  /** Hears, as a sentence, of what is unusual but no error. */
  readonly warn?: (warning: string) => void;
}

/** Returns the prepared file's path, and whether there was anything to do. */
export async function prepareOgb(
  name: OgbName,
  options: PrepareOptions = {},
): Promise<{ path: string; prepared: boolean }> {
  const folder = cacheFolder(options.cache);
  const path = ogbCachePath(folder, name);
  using _lock = await lockOf(folder, name);
  if (!options.fresh && await isPrepared(name, folder)) return { path, prepared: false };
  const { from } = options;
  const archive = from ?? await downloaded(folder, name, options);
  await checkSum(archive, name, options.warn);
  try {
    const counts = await convertOgb(name, archive, path, options.onRows);
    checkCounts(name, counts, options.warn);
  } catch (error) {
    // What cannot be read would not be read the next time either.
    if (error instanceof SyntaxError && from === undefined) await Deno.remove(archive);
    throw error;
  }
  if (from === undefined) await Deno.remove(archive);
  return { path, prepared: true };
}

/** The archive in the cache: one whose conversion failed for want of room is still there. */
async function downloaded(folder: string, name: OgbName, options: PrepareOptions): Promise<string> {
  const { archive, bytes }: OgbDataset = OGB_DATASETS[name];
  const path = `${folder}/${archive}`;
  const { url = ogbUrl(name), onBytes, pause, retries } = options;
  if (await exists(path)) return path;
  await download(url, path, {
    bytes,
    ...onBytes && { onBytes },
    ...pause !== undefined && { pause },
    ...retries !== undefined && { retries },
  });
  return path;
}

async function exists(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

/** Held until disposed, or until the process ends, however it does: two would write one file. */
async function lockOf(folder: string, name: OgbName): Promise<Disposable> {
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(folder, { recursive: true });
    file = await Deno.open(`${folder}/${name}.lock`, { write: true, create: true });
  } catch (error) {
    throw new Error(`Cannot write to ${folder}: ${(error as Error).message}`);
  }
  if (await file.tryLock(true)) return file;
  file.close();
  throw new Error(`Cannot prepare ${name} as another process is at it: wait for that one to end`);
}

/** The publisher lists no checksums, others have measured some: a difference is no proof of damage. */
async function checkSum(path: string, name: OgbName, warn: PrepareOptions["warn"]): Promise<void> {
  if (!warn || !await exists(path)) return;
  const hash = createHash("sha256");
  for await (const bytes of (await Deno.open(path)).readable) hash.update(bytes);
  const found = hash.digest("hex");
  const { sha256 } = OGB_DATASETS[name];
  if (found === sha256) return;
  warn(`${path} has SHA-256 ${found}, others have measured ${sha256}: the archive may be another`);
}

function checkCounts(
  name: OgbName,
  counts: { nodes: number; edges: number },
  warn: PrepareOptions["warn"],
): void {
  for (const what of ["nodes", "edges"] as const) {
    const [found, expected] = [counts[what], OGB_DATASETS[name][what]];
    if (found !== expected) warn?.(`${name} has ${found} ${what}, as published it has ${expected}`);
  }
}
