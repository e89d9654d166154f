/**
 * Writes a file of named arrays, see array_file.ts: in pieces, as arrays may take gigabytes. It appears
 * under its name only when complete.
 */
import { crc32 } from "node:zlib";
import { ARRAY_TYPES, type ArrayShape } from "./array_file.ts";
import {
  BYTES,
  checksumsOf,
  encodeHeader,
  type Header,
  type HeaderEntry,
  inOrder,
  numberOfElements,
} from "./safetensors_header.ts";
import { putInPlace } from "./whole_file.ts";

/** Bytes handed to the system at a time. */
const PIECE = 2 ** 26;

type Data = Float32Array | Uint32Array | Float16Array | BigUint64Array;

/** An array that is being written. */
interface Unfinished {
  /** Where its next value goes among the data, in bytes. */
  next: number;
  readonly end: number;
  /** CRC-32 of its data so far. */
  sum: number;
}

/** Writes a file, several arrays at a time if need be; disposing of an unfinished one deletes it. */
export class ArrayFileWriter implements Disposable {
  #path: string;
  #file: Deno.FsFile | undefined;
  #finished = false;
  #header: Header;
  /** Bytes before the data. */
  #start = 0;
  #arrays: ReadonlyMap<string, Unfinished>;

  private constructor(path: string, file: Deno.FsFile, header: Header) {
    this.#path = path;
    this.#file = file;
    this.#header = header;
    this.#arrays = new Map(
      header.entries.map(({ name, begin, end }) => [name, { next: begin, end, sum: 0 }]),
    );
  }

  /** Begins a file that is to hold `arrays` in this order. */
  static async create(
    path: string,
    arrays: Record<string, ArrayShape>,
    metadata: Readonly<Record<string, string>>,
  ): Promise<ArrayFileWriter> {
    const header = { entries: entriesOf(arrays), metadata, checksums: undefined };
    let file: Deno.FsFile;
    try {
      file = await Deno.open(`${path}.part`, { write: true, create: true, truncate: true });
    } catch (error) {
      throw cannotWrite(path, error, header.entries.at(-1)?.end ?? 0);
    }
    const writer = new ArrayFileWriter(path, file, header);
    try {
      const room = writer.#encodedHeader(); // with room for the checksums
      await writer.#write(0, room);
      writer.#start = room.length;
      return writer;
    } catch (error) {
      writer[Symbol.dispose]();
      throw error;
    }
  }

  /** Appends values to an array. */
  async append(name: string, data: Data): Promise<void> {
    const array = this.#arrays.get(name);
    const { BYTES_PER_ELEMENT: bytesEach, byteLength } = data;
    if (array === undefined || array.next + byteLength > array.end) {
      const room = array === undefined ? "none" : `${(array.end - array.next) / bytesEach} at most`;
      throw new RangeError(
        `Cannot append ${data.length} values of ${name} to ${this.#path}: expected ${room}`,
      );
    }
    const bytes = new Uint8Array(data.buffer, data.byteOffset, byteLength);
    array.sum = crc32(bytes, array.sum);
    await this.#write(this.#start + array.next, bytes);
    array.next += byteLength;
  }

  /**
   * Completes the file and gives it its name. Of the last array, a list that is to be `cut`, there may be
   * fewer values than was announced.
   */
  async finish({ cut }: { readonly cut?: string } = {}): Promise<void> {
    if (cut !== undefined) this.#cut(cut);
    for (const { name, dtype, end } of this.#header.entries) {
      const missing = (end - this.#arrays.get(name)!.next) / BYTES[dtype]!;
      if (missing === 0) continue;
      throw new RangeError(`Cannot finish ${this.#path}: ${missing} values of ${name} are missing`);
    }
    try {
      await this.#write(0, this.#encodedHeader());
      this.#close(); // some systems do not rename open files
      await putInPlace(`${this.#path}.part`, this.#path);
      this.#finished = true;
    } catch (error) {
      throw cannotWrite(this.#path, error, this.#bytes);
    }
  }

  /** Takes what was written of the last array, a list, for all of it. */
  #cut(name: string): void {
    const { entries } = this.#header;
    const last = entries.at(-1)!;
    if (last.name !== name) throw new RangeError(`Cannot cut ${name}: the last is ${last.name}`);
    const end = this.#arrays.get(name)!.next;
    const shape = [(end - last.begin) / BYTES[last.dtype]!];
    this.#header = { ...this.#header, entries: [...entries.slice(0, -1), { ...last, shape, end }] };
  }

  [Symbol.dispose](): void {
    this.#close();
    if (!this.#finished) Deno.removeSync(`${this.#path}.part`);
    this.#finished = true;
  }

  #close(): void {
    this.#file?.close();
    this.#file = undefined;
  }

  get #bytes(): number {
    return this.#header.entries.at(-1)?.end ?? 0;
  }

  /** The header with the checksums so far; its length does not depend on them. */
  #encodedHeader(): Uint8Array {
    const { metadata } = this.#header;
    const entries = inOrder(this.#header.entries);
    const sums = entries.map(({ name }) => this.#arrays.get(name)!.sum);
    const checksums = checksumsOf({ entries, metadata }, sums);
    return encodeHeader({ ...this.#header, checksums }, this.#start);
  }

  async #write(at: number, bytes: Uint8Array): Promise<void> {
    try {
      await this.#file!.seek(at, Deno.SeekMode.Start);
      for (let done = 0; done < bytes.length;) {
        done += await this.#file!.write(bytes.subarray(done, done + PIECE));
      }
    } catch (error) {
      throw cannotWrite(this.#path, error, this.#bytes);
    }
  }
}

/** The position of each array in the data. */
function entriesOf(arrays: Record<string, ArrayShape>): HeaderEntry[] {
  let end = 0;
  return Object.entries(arrays).map(([name, { type, shape }]) => {
    const begin = end;
    end += numberOfElements(shape) * ARRAY_TYPES[type].BYTES_PER_ELEMENT;
    return { name, dtype: type, shape, begin, end };
  });
}

/** The usual reason is a full disk. */
function cannotWrite(path: string, error: unknown, bytes: number): Error {
  const size = `${Math.ceil(bytes / 2 ** 20)} MiB`;
  return new Error(`Cannot write ${path}, which takes ${size}: ${(error as Error).message}`);
}
