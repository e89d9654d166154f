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
  const part = `${target}.${Deno.pid}.part`;
  try {
    await Deno.writeFile(part, bytes);
    await putInPlace(part, target, keep);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw new Error(`Cannot write ${path}: ${error instanceof Error ? error.message : error}`);
  }
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
  const [folder, name] = [dirname(target), basename(target)];
  const names = [name];
  try {
    for await (const { name: other } of Deno.readDir(folder)) {
      if (other.startsWith(name) && /^\.\d+\.part$/.test(other.slice(name.length))) {
        names.push(other);
      }
    }
  } catch (error) {
    ignoreAbsent(error);
  }
  for (const each of names) await Deno.remove(`${folder}/${each}`).catch(ignoreAbsent);
}

function ignoreAbsent(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
