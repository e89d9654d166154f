/** Identifies the file or folder that a prepared data set came from, by a digest of its content. */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { ArrayFile } from "../files/array_file.ts";
import type { FetchedName } from "./fetched.ts";
import { isNpzDataset } from "./npz_table.ts";
import { isOgb, OGB_DATASETS } from "./ogb.ts";
import { PAPERS, PAPERS_NAME } from "./papers.ts";
import { doesNotOpen } from "../files/read_file.ts";
import { ZipStreams } from "../files/zip_streams.ts";

/** Whether the data set prepared at `path` comes from `from`, or from a file of the same content. */
export async function isPreparedFrom(
  name: FetchedName,
  from: string,
  path: string,
): Promise<boolean> {
  const source = await sourceOf(from, name);
  if (isNpzDataset(name)) return source === await sha256Of(path);
  try {
    using file = await ArrayFile.open(path);
    return file.metadata.source === source;
  } catch (error) {
    if (error instanceof SyntaxError) return false; // it is damaged
    throw error;
  }
}

/**
 * The digest of a file, or of the tables in a folder that an archive was unpacked to. Throws a sentence where
 * it must be a folder.
 */
export async function sourceOf(path: string, name: FetchedName): Promise<string> {
  if (isNpzDataset(name)) return await sha256Of(path);
  if (await isFile(path)) {
    if (name !== PAPERS_NAME) return await sha256Of(path);
    throw new SyntaxError(
      `Cannot take ${path} as ${name}: it is a file, expected the folder that ` +
        `${basename(PAPERS.url)} was unpacked to`,
    );
  }
  const root = `${path}/${isOgb(name) ? OGB_DATASETS[name].root : PAPERS.root}`;
  const tables = [...await filesIn(root, "raw"), ...await filesIn(root, "split")];
  const files = tables.length > 0
    ? tables
    : [...await filesIn(path, "raw"), ...await filesIn(path, "split")];
  const hash = createHash("sha256");
  for (const [file, at] of files.sort()) {
    const digest = at.endsWith(".npz") ? await directoryDigest(at) : await sha256Of(at);
    hash.update(`${file} ${digest}\n`);
  }
  return hash.digest("hex");
}

/** SHA-256 of what an archive's directory says of its members, their CRC-32 too: they may take long to read. */
async function directoryDigest(path: string): Promise<string> {
  using zip = await ZipStreams.open(path);
  const hash = createHash("sha256");
  for (const [name, { uncompressedSize, crc32 }] of zip.entries) {
    hash.update(`${name} ${uncompressedSize} ${crc32}\n`);
  }
  return hash.digest("hex");
}

/** SHA-256 of a file, read as a stream: it may take gigabytes. */
export async function sha256Of(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of (await open(path)).readable) hash.update(bytes);
  return hash.digest("hex");
}

async function open(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (error) {
    throw doesNotOpen(path, error);
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await Deno.stat(path)).isFile;
  } catch (error) {
    throw doesNotOpen(path, error);
  }
}

/** Names below the root, with their paths; none if the folder does not exist. */
async function filesIn(root: string, folder: string): Promise<[name: string, path: string][]> {
  const found: [string, string][] = [];
  try {
    for await (const { name, isDirectory } of Deno.readDir(`${root}/${folder}`)) {
      const file = `${folder}/${name}`;
      if (isDirectory) found.push(...await filesIn(root, file));
      else found.push([file, `${root}/${file}`]);
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw doesNotOpen(`${root}/${folder}`, error);
  }
  return found;
}
