/** The first bytes of a file. */
import { fill } from "../files/fill.ts";

/** At most so many bytes from the beginning. */
export async function headOf(file: Deno.FsFile, most: number): Promise<Uint8Array<ArrayBuffer>> {
  const { size } = await file.stat();
  const bytes = new Uint8Array(Math.min(size, most));
  await file.seek(0, Deno.SeekMode.Start);
  return bytes.subarray(0, await fill(file, bytes));
}
