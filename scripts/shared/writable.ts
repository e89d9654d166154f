/** Checks that results can be written, before hours of work rather than after. */
import { basename, dirname } from "node:path";
import { linkTarget } from "../../graphs/files/link_target.ts";
import { partOf, removeLeftovers } from "../../graphs/files/whole_file.ts";

/** Creates the folder if need be; errors suggest `flag` for another. */
export async function checkWritable(folder: string, flag: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    await tryPart(`${folder}/writable`);
  } catch (error) {
    throw cannotWrite(folder, flag, error);
  }
}

/** The same of a file, which is not touched, and of the folder that it or its link leads to. */
export async function checkFileWritable(path: string, flag: string): Promise<void> {
  const target = linkTarget(path);
  const there = await statOf(target);
  if (there?.isDirectory) {
    throw new Error(`Cannot write ${path} as it is a folder: name a file in it with --${flag}`);
  }
  if (there && !there.isFile) {
    throw new Error(`Cannot write ${path} as it is no regular file: name another with --${flag}`);
  }
  const folder = dirname(target);
  try {
    await Deno.mkdir(folder, { recursive: true });
    await removeLeftovers(folder, basename(target));
    // As it will be written: a name too long for its part is too long for us.
    await tryPart(target);
  } catch (error) {
    throw cannotWrite(folder, flag, error);
  }
  if (!there) return;
  try {
    (await Deno.open(target, { append: true })).close();
  } catch (error) {
    throw new Error(
      `Cannot write ${path}: ${(error as Error).message}; name another file with --${flag}`,
    );
  }
}

/** Writes and removes a file as `writeWhole` does. */
async function tryPart(path: string): Promise<void> {
  const part = partOf(path);
  await Deno.writeFile(part, new Uint8Array(0));
  await Deno.remove(part);
}

async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch {
    return undefined;
  }
}

function cannotWrite(folder: string, flag: string, error: unknown): Error {
  const { message, code } = error as Error & { code?: string };
  const what = code === "ENAMETOOLONG" ? "a shorter file" : "another folder";
  // Deno's own advice is of its flags, which are the task's.
  const why = error instanceof Deno.errors.NotCapable ? "it is closed to this task" : message;
  return new Error(`Cannot write to ${folder}: ${why}; name ${what} with --${flag}`);
}
