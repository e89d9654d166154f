/**
 * Files that are never found half-written: they are written beside their place, and renamed once all
 * bytes are on the disk. Otherwise a machine that loses power may keep the name and lose the bytes.
 * Links are followed.
 */
import { basename, dirname } from "node:path";
import { linkTarget } from "./link_target.ts";

/**
 * Writes a file: readers find the old one or the new one, even if two processes write it. With `keep` the
 * old one gets that name; whoever is killed in between leaves no new one, and the old one there.
 */
export async function writeWhole(path: string, bytes: Uint8Array, keep?: string): Promise<void> {
  const target = linkTarget(path);
  const part = partOf(target);
  try {
    await writePart(part, bytes);
    await putInPlace(part, target, keep);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw cannotWrite(path, error);
  }
}

/**
 * The same at once, for a thread that may not get to what it awaits for hours, as a training's. A machine that
 * loses power may lose what was written last.
 */
export function writeWholeNow(path: string, bytes: Uint8Array): void {
  const target = linkTarget(path);
  const part = partOf(target);
  try {
    writePartNow(part, bytes);
    Deno.renameSync(part, target);
  } catch (error) {
    removeNow(part);
    throw cannotWrite(path, error);
  }
}

function writePartNow(part: string, bytes: Uint8Array): void {
  using file = Deno.openSync(part, { write: true, create: true, truncate: true });
  for (let done = 0; done < bytes.length;) done += file.writeSync(bytes.subarray(done));
}

function removeNow(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    ignoreAbsent(error);
  }
}

function cannotWrite(path: string, error: unknown): Error {
  return new Error(`Cannot write ${path}: ${error instanceof Error ? error.message : error}`);
}

/**
 * A name beside a file that no other writer takes: on a folder that several machines share, one process's
 * number may be another's.
 */
export function partOf(path: string): string {
  const [number] = crypto.getRandomValues(new Uint32Array(1));
  return `${path}.${`${number}`.padStart(10, "0")}.part`;
}

async function writePart(part: string, bytes: Uint8Array): Promise<void> {
  using file = await Deno.open(part, { write: true, create: true, truncate: true });
  // While its writer lives, nobody removes it.
  await isFree(file);
  await writeAll(file, bytes);
}

/** Writes all bytes where a file stands. A disk that is full takes some of them. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
}

/** Locks a file that no other process has locked. Where there are no locks, all are free. */
async function isFree(file: Deno.FsFile): Promise<boolean> {
  return await file.tryLock(true).catch(() => true);
}

/** Renames a written and closed file to `path`, once it is on the disk; what stood there to `keep`. */
export async function putInPlace(part: string, path: string, keep?: string): Promise<void> {
  {
    using file = await Deno.open(part, { read: true, write: true });
    await file.sync();
  }
  if (keep !== undefined) await Deno.rename(path, keep).catch(ignoreAbsent);
  await Deno.rename(part, path);
  await syncFolder(dirname(path));
}

/** Makes a new name durable. Not every system can open a folder; the file is there all the same. */
async function syncFolder(folder: string): Promise<void> {
  try {
    using file = await Deno.open(folder);
    await file.sync();
  } catch {
    // Windows, for one, cannot.
  }
}

/** Removes a file, which need not exist, and the leftovers of writers that were killed. */
export async function removeWhole(path: string): Promise<void> {
  const target = linkTarget(path);
  await Deno.remove(target).catch(ignoreAbsent);
  await removeLeftovers(dirname(target), basename(target));
}

/** Removes what killed writers of one file left in a folder, or of any; that of others stays. */
export async function removeLeftovers(folder: string, name?: string): Promise<void> {
  try {
    for await (const { name: other } of Deno.readDir(folder)) {
      const [, of] = other.match(/^(.+)\.\d+\.part$/) ?? [];
      if (of === undefined || of !== (name ?? of)) continue;
      if (await isAbandoned(`${folder}/${other}`)) await Deno.remove(`${folder}/${other}`);
    }
  } catch (error) {
    ignoreAbsent(error);
  }
}

async function isAbandoned(part: string): Promise<boolean> {
  using file = await Deno.open(part, { write: true });
  return await isFree(file);
}

function ignoreAbsent(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
