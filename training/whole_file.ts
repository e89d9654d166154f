/** Files that are never found half-written: written beside their place, then renamed. */

/** Whoever reads the path finds the old file or the new one. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const part = `${path}.part`;
  try {
    await Deno.writeFile(part, bytes);
    await Deno.rename(part, path);
  } catch (error) {
    await Deno.remove(part).catch(() => {});
    throw new Error(`Cannot write ${path}: ${error instanceof Error ? error.message : error}`);
  }
}
