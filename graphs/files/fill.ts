/** Fills an array from an open file, which may hand out fewer bytes at a time than it is asked for. */

/** Bytes asked for at a time. */
const PIECE = 2 ** 26;

/** Fills `bytes` with the file's next ones; returns how many there were: fewer only where it ends. */
export async function fill(file: Deno.FsFile, bytes: Uint8Array): Promise<number> {
  let filled = 0;
  while (filled < bytes.length) {
    const read = await file.read(bytes.subarray(filled, filled + PIECE));
    if (read === null) break;
    filled += read;
  }
  return filled;
}

/** The same, without waiting for others meanwhile. */
export function fillSync(file: Deno.FsFile, bytes: Uint8Array): number {
  let filled = 0;
  while (filled < bytes.length) {
    const read = file.readSync(bytes.subarray(filled, filled + PIECE));
    if (read === null) break;
    filled += read;
  }
  return filled;
}
