/** Unpacks gzip as it streams in. */
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { checkUnpacked } from "./unpacked.ts";

/** Bytes of a stream's blocks: larger ones are no faster. */
export const BLOCK = 2 ** 18;

/**
 * Yields what is unpacked of a stream of `size` bytes, which is closed at the end: of one member or of several,
 * as bgzip writes them. Throws where it is broken, or more than may come of so many bytes.
 */
export async function* gunzipped(packed: Readable, size: number): AsyncGenerator<Uint8Array> {
  // Not the web's DecompressionStream, which refuses a second member.
  const gunzip = createGunzip({ chunkSize: BLOCK });
  packed.on("error", (error) => gunzip.destroy(error));
  let unpacked = 0;
  try {
    for await (const bytes of packed.pipe(gunzip)) {
      checkUnpacked(unpacked += bytes.length, size);
      yield bytes;
    }
  } finally {
    packed.destroy();
    gunzip.destroy();
  }
}
