/** Fetches a published data set into the cache: downloads its file, checks it, converts what needs it. */
import { createHash } from "node:crypto";
import { cacheFolder } from "../published/cache_folder.ts";
import { download, type DownloadOptions } from "../published/download.ts";
import { cachePath, type FetchedName, isPrepared, publishedAs } from "../published/fetched.ts";
import { linkTarget } from "../files/link_target.ts";
import { isOgb, type OgbName } from "../published/ogb.ts";
import type { OnRows } from "../ogb/ogb_archive.ts";
import { convertOgb } from "../ogb/ogb_convert.ts";
import type { PublishedDataset } from "../published/published.ts";
import { readFile } from "../files/read_file.ts";
import { sourceOf } from "../published/source_digest.ts";
import { writeWhole } from "../files/whole_file.ts";

/** Where a data set comes from, where it goes, and who hears of it. */
export interface FetchOptions extends Pick<DownloadOptions, "onBytes" | "pause" | "retries"> {
  /** The folder of prepared data sets; default as `cacheFolder()` has it. */
  readonly cache?: string | undefined;
  /** Its file on this machine, or the folder an archive was unpacked to; default the publisher's. */
  readonly from?: string | undefined;
  /** Another address of its file. */
  readonly url?: string | undefined;
  /** Fetches it again though it is there. */
  readonly fresh?: boolean;
  /** Hears of each table's rows. */
  readonly onRows?: OnRows;
  /** Hears, as a sentence, of what is unusual but no error. */
  readonly warn?: (warning: string) => void;
  /** Locks the open file if nobody else has; default as the system does, where its files have locks. */
  readonly lock?: (file: Deno.FsFile) => Promise<boolean>;
}

/** Returns the prepared file's path, and whether there was anything to do. */
export async function fetchDataset(
  name: FetchedName,
  options: FetchOptions = {},
): Promise<{ path: string; prepared: boolean }> {
  return await fetchAs(name, publishedAs(name), options);
}

/** The same of a file that is published as `published` says, as a test's own is. */
export async function fetchAs(
  name: FetchedName,
  published: PublishedDataset,
  options: FetchOptions,
): Promise<{ path: string; prepared: boolean }> {
  const folder = cacheFolder(options.cache);
  const path = cachePath(folder, name);
  using _lock = await lockOf(folder, name, options);
  if (!options.fresh && await isPrepared(name, folder)) return { path, prepared: false };
  const { from, url = published.url } = options;
  const file = from ?? `${folder}/${name}.download`;
  if (from === undefined) await downloadOnce(url, file, published, options);
  try {
    const target = linkTarget(path); // a link in the cache stays one
    if (isOgb(name)) await convert(name, file, target, published, options);
    else await keep(name, file, target, published, from ?? url);
  } catch (error) {
    // What cannot be read would not be read the next time either.
    if (error instanceof SyntaxError && from === undefined) await Deno.remove(file);
    throw error;
  }
  if (from === undefined) await Deno.remove(file);
  return { path, prepared: true };
}

/** To the cache, unless it is there: as where the conversion failed for want of room. */
async function downloadOnce(
  url: string,
  path: string,
  { bytes }: PublishedDataset,
  { onBytes, pause, retries }: FetchOptions,
): Promise<void> {
  if (await isFile(path)) return;
  await download(url, path, {
    bytes,
    ...onBytes && { onBytes },
    ...pause !== undefined && { pause },
    ...retries !== undefined && { retries },
  });
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch {
    return false;
  }
}

/** What a system says whose files have no locks, or those of that folder: Deno has no code for some of it. */
const WITHOUT_LOCKS = /not implemented|not supported|no locks/i;

/**
 * Held until disposed, or until the process ends, however it does: two would write one file. Where files
 * have no locks, a person must see to that.
 */
async function lockOf(
  folder: string,
  name: FetchedName,
  { warn, lock = (file) => file.tryLock(true) }: FetchOptions,
): Promise<Disposable> {
  let file: Deno.FsFile;
  try {
    await Deno.mkdir(folder, { recursive: true });
    file = await Deno.open(`${folder}/${name}.lock`, { write: true, create: true });
  } catch (error) {
    throw new Error(`Cannot write to ${folder}: ${(error as Error).message}`);
  }
  try {
    if (await lock(file)) return file;
  } catch (error) {
    const { message } = error as Error;
    if (WITHOUT_LOCKS.test(message)) {
      warn?.(
        `${folder} has no locks (${message}): see that nobody else prepares ${name} meanwhile`,
      );
      return file;
    }
    file.close();
    throw new Error(`Cannot lock ${folder}/${name}.lock: ${message}`);
  }
  file.close();
  throw new Error(`Cannot prepare ${name} as another process is at it: wait for that one to end`);
}

/**
 * An archive of tables becomes a file of arrays. Its publisher has no versions, and third parties
 * measured its checksum: another is no proof of damage, and only warned of.
 */
async function convert(
  name: OgbName,
  archive: string,
  path: string,
  published: PublishedDataset,
  { onRows, warn }: FetchOptions,
): Promise<void> {
  const source = await sourceOf(archive, name);
  if (warn && await isFile(archive)) {
    const [found, expected] = [source, published.sha256];
    if (found !== expected) {
      warn(
        `${archive} has SHA-256 ${found}, others have measured ${expected}: ` +
          `the archive may be another`,
      );
    }
  }
  const counts = await convertOgb(name, archive, path, { onRows, source });
  for (const what of ["nodes", "edges"] as const) {
    const [found, expected] = [counts[what], published[what]];
    if (found !== expected) warn?.(`${name} has ${found} ${what}, as published it has ${expected}`);
  }
}

/**
 * A file of arrays is kept as it is. It is the published one or none, wherever it comes from: its
 * repository has versions, rows bear the data set's name alone, and any other graph has its path.
 */
async function keep(
  name: FetchedName,
  file: string,
  path: string,
  { sha256 }: PublishedDataset,
  origin: string,
): Promise<void> {
  const bytes = await readFile(file);
  const found = createHash("sha256").update(bytes).digest("hex");
  if (found !== sha256) {
    throw new SyntaxError(
      `Cannot take ${origin} as ${name}: expected SHA-256 ${sha256}, found ${found}; it is damaged, ` +
        "or another graph, which --dataset path/to/graph.npz reads",
    );
  }
  await writeWhole(path, bytes);
}
