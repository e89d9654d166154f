/** Whether results can be written where they are wanted: asked before hours of work rather than after. */

/** Makes the folder if need be; `flag` names another. */
export async function checkWritable(folder: string, flag: string): Promise<void> {
  try {
    await Deno.mkdir(folder, { recursive: true });
    await Deno.remove(await Deno.makeTempFile({ dir: folder }));
  } catch (error) {
    throw new Error(
      `Cannot write to ${folder}: ${error instanceof Error ? error.message : error}; ` +
        `name another folder with --${flag}`,
    );
  }
}
