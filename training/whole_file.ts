/** Files that are never found half-written: written beside their place, then renamed. Links are followed. */
import { linkTarget } from "../graphs/link_target.ts";

/** Whoever reads the path finds the old file or the new one, though two processes write it. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const target = linkTarget(path);
  const part = `${target}.${Deno.pid}.part`;
  try {
    await Deno.writeFile(part, bytes);
    await Deno.rename(part, target);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw new Error(`Cannot write ${path}: ${error instanceof Error ? error.message : error}`);
  }
}

/** Removes a file that need not be there, and what writers of it left when they were killed. */
export async function removeWhole(path: string): Promise<void> {
  const target = linkTarget(path);
  const [folder, name] = [target.replace(/[^/]*$/, "") || ".", target.replace(/.*\//, "")];
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
