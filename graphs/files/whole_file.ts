/**
 * Files that are never found half-written: written beside their place, then renamed, when all of them
 * is on the disk. Else a machine that loses its power may keep the name and not the bytes. Links are
 * followed.
 */
import { basename, dirname } from "node:path";
import { linkTarget } from "./link_target.ts";

/** Whoever reads the path finds the old file or the new one, though two processes write it. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const target = linkTarget(path);
  const part = `${target}.${Deno.pid}.part`;
  try {
    await Deno.writeFile(part, bytes);
    await putInPlace(part, target);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw new Error(`Cannot write ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Renames a file that is written and closed to `path`, once it is on the disk. */
export async function putInPlace(part: string, path: string): Promise<void> {
  {
    using file = await Deno.open(part, { read: true, write: true });
    await file.sync();
  }
  await Deno.rename(part, path);
  await syncFolder(dirname(path));
}

/** A new name is on the disk with its folder. Not every system opens one, and the file is there. */
async function syncFolder(folder: string): Promise<void> {
  try {
    using file = await Deno.open(folder);
    await file.sync();
  } catch {
    // As on Windows.
  }
}

/** Removes a file that need not be there, and what writers of it left when they were killed. */
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
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  for (const each of names) {
    await Deno.remove(`${folder}/${each}`).catch((error) => {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    });
  }
}
