/** A folder for a test, which is removed when that is over. */

/** Hands over a folder that is removed afterwards. */
export async function withFolder(use: (folder: string) => Promise<void> | void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await use(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
