/** Files that are never found half-written: written beside their place, then renamed. */

/** Whoever reads the path finds the old file or the new one, though two processes write it. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.${Deno.pid}.part`;
  try {
    await Deno.writeFile(part, bytes);
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw new Error(`Cannot write ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Removes a file that need not be there, and what writers of it left when they were killed. */
export async function removeWhole(path: string): Promise<void> {
  const [folder, name] = [path.replace(/[^/]*$/, "") || ".", path.replace(/.*\//, "")];
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
