/** Reads members of a zip archive as streams, whatever their sizes: zip64 too. */
import type { Readable } from "node:stream";
import { crc32 } from "node:zlib";
// @ts-types="types-yauzl"
import { openPromise, type ZipFile } from "yauzl";
import { messageOf } from "../../settings/shown.ts";

/** An entry of an archive's directory. */
type Entry = Parameters<ZipFile["openReadStreamPromise"]>[0];

/** An open archive. */
export class ZipStreams implements Disposable {
  readonly #zip: ZipFile;
  /** Members by their names. */
  readonly entries: ReadonlyMap<string, Entry>;

  private constructor(zip: ZipFile, entries: ReadonlyMap<string, Entry>) {
    this.#zip = zip;
    this.entries = entries;
  }

  /** Opens an archive and reads its directory. */
  static async open(path: string): Promise<ZipStreams> {
    let zip: ZipFile | undefined;
    try {
      zip = await openPromise(path, { autoClose: false });
      const entries = new Map<string, Entry>();
      // Refuses names that lead out of the archive's folder, and sizes that contradict each other.
      for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
      return new ZipStreams(zip, entries);
    } catch (error) {
      zip?.close();
      throw new SyntaxError(
        `Cannot read ${path} as it is no whole zip archive: ${messageOf(error)}`,
      );
    }
  }

  /** Size of the archive itself. */
  get bytes(): number {
    return this.#zip.fileSize;
  }

  /** A member's bytes, unpacked; what reads them throws a clause where their CRC-32 is another's. */
  async read(name: string): Promise<AsyncGenerator<Uint8Array>> {
    const entry = this.entries.get(name)!;
    return checked(await this.#zip.openReadStreamPromise(entry), entry.crc32);
  }

  [Symbol.dispose](): void {
    this.#zip.close();
  }
}

/** Yields a member's bytes; throws if their CRC-32 is not the one in the archive's directory. */
async function* checked(stream: Readable, expected: number): AsyncGenerator<Uint8Array> {
  let found = 0;
  for await (const bytes of stream) {
    found = crc32(bytes, found);
    yield bytes;
  }
  if (found === expected) return;
  const [is, was] = [found, expected].map((sum) => sum.toString(16).padStart(8, "0"));
  throw new Error(`it is damaged: its CRC-32 is ${is}, expected ${was}`);
}
