/**
 * Fetches a published data set into the cache: downloads the file, checks it and converts it if need
 * be.
 */
import { createHash } from "node:crypto";
import { cacheFolder } from "../published/cache_folder.ts";
import { download, type DownloadOptions } from "../published/download.ts";
import { cachePath, type FetchedName, isPrepared, publishedAs } from "../published/fetched.ts";
import { linkTarget } from "../files/link_target.ts";
import { isNpzDataset } from "../published/npz_table.ts";
import type { OgbName } from "../published/ogb.ts";
import { PAPERS_NAME, type PapersName } from "../published/papers.ts";
import type { OnRows } from "../ogb/ogb_archive.ts";
import { convertOgb } from "../ogb/ogb_convert.ts";
import { convertPapers } from "../ogb/papers_convert.ts";
import type { PublishedDataset } from "../published/published.ts";
import { readFile } from "../files/read_file.ts";
import { sourceOf } from "../published/source_digest.ts";
import { writeWhole } from "../files/whole_file.ts";

/** Where a data set comes from, where it goes, and callbacks for progress and warnings. */
export interface FetchOptions extends Pick<DownloadOptions, "onBytes" | "pause" | "retries"> {
  /** The folder of prepared data sets; default that of `cacheFolder()`. */
  readonly cache?: string | undefined;
  /** A file on this machine, or the folder an archive was unpacked to; default the publisher's file. */
  readonly from?: string | undefined;
  /** Another address of the file. */
  readonly url?: string | undefined;
  /** Fetches the data set again even if it is there. */
  readonly fresh?: boolean;
  /** Called with each table's progress. */
  readonly onRows?: OnRows;
  /** Called with a sentence when something is unusual but no error. */
  readonly warn?: (warning: string) => void;
  /** Locks an open file unless somebody else has; default the system's locks, where there are any. */
  readonly lock?: (file: Deno.FsFile) => Promise<boolean>;
}

/** Fetches and prepares a data set; returns the file's path, and whether there was anything to do. */
export async function fetchDataset(
  name: FetchedName,
  options: FetchOptions = {},
): Promise<{ path: string; prepared: boolean }> {
  return await fetchAs(name, publishedAs(name), options);
}

/** Like `fetchDataset`, for a file described by `published`; tests bring their own. */
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
  if (from === undefined && name === PAPERS_NAME) {
    throw new Error(
      `Cannot download ${name} as its archive is to be unpacked by hand, into 57 GB and more: get ${url}, ` +
        `unpack it, and run deno task data ${name} --from FOLDER`,
    );
  }
  const file = from ?? `${folder}/${name}.download`;
  if (from === undefined) await downloadOnce(url, file, published, options);
  try {
    const target = linkTarget(path); // a link in the cache stays one
    if (!isNpzDataset(name)) await convert(name, file, target, published, options);
    else await keep(name, file, target, published, from ?? url);
  } catch (error) {
    // A file that cannot be read now could not be read the next time either.
    if (error instanceof SyntaxError && from === undefined) await Deno.remove(file);
    throw error;
  }
  if (from === undefined) await Deno.remove(file);
  return { path, prepared: true };
}

/** Downloads to the cache unless the file is there, as after a conversion that ran out of room. */
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

/** Messages of systems without file locks; Deno has no error class for some of them. */
const WITHOUT_LOCKS = /not implemented|not supported|no locks/i;

/**
 * Locks a data set until disposed or until the process ends, however it ends: two processes would write
 * one file. Without file locks, a warning leaves that to the user.
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
 * Converts an archive to a file of arrays. The publisher has no versions, and the checksum
 * was measured by third parties: another one does not prove damage, so it is only a warning.
 */
async function convert(
  name: OgbName | PapersName,
  archive: string,
  path: string,
  published: PublishedDataset,
  { onRows, warn }: FetchOptions,
): Promise<void> {
  const source = await sourceOf(archive, name);
  if (warn && await isFile(archive)) {
    const [found, expected] = [source, published.sha256];
    if (expected !== undefined && found !== expected) {
      warn(
        `${archive} has SHA-256 ${found}, others have measured ${expected}: ` +
          `the archive may be another`,
      );
    }
  }
  const to = { onRows, source };
  const counts = name === PAPERS_NAME
    ? await convertPapers(archive, path, to)
    : await convertOgb(name, archive, path, to);
  for (const what of ["nodes", "edges"] as const) {
    const [found, expected] = [counts[what], published[what]];
    if (found !== expected) warn?.(`${name} has ${found} ${what}, as published it has ${expected}`);
  }
}

/**
 * Keeps a file of arrays as it is. Any other content than the published is refused, wherever the file
 * comes from: the publisher's repository has versions, and rows record nothing but the data set's name.
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
