/** Reads a file that a user named. */

/** Returns all bytes of a file; throws a sentence if it does not open. */
export async function readFile(path: string): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    throw doesNotOpen(path, error);
  }
}

/** The error for a file that did not open, as a sentence. */
export function doesNotOpen(path: string, error: unknown): Error {
  if (error instanceof Deno.errors.NotFound) {
    return new Error(`Cannot read ${path} as there is no such file`);
  }
  if (error instanceof Deno.errors.NotCapable) {
    return new Error(`Cannot read ${path} as it is closed to us: allow it with --allow-read`);
  }
  if (error instanceof Deno.errors.IsADirectory) {
    return new Error(`Cannot read ${path} as it is a folder: name a file`);
  }
  return new Error(`Cannot read ${path} as it does not open: ${(error as Error).message}`);
}
