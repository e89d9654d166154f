/**
 * A file of named arrays that opens without parsing: safetensors of a few types, with a checksum for
 * each. It is written and read in pieces, as arrays may take gigabytes, and appears under its name only
 * when complete.
 */
import { crc32 } from "node:zlib";
import { quoted, shown } from "../../settings/shown.ts";
import { doesNotOpen } from "./read_file.ts";
import {
  BYTES,
  checkData,
  checkHeader,
  checksumsOf,
  encodeHeader,
  type Header,
  type HeaderEntry,
  headerLength,
  inOrder,
  numberOfElements,
  parseHeader,
} from "./safetensors_header.ts";
import { putInPlace } from "./whole_file.ts";

const TYPES = {
  F32: Float32Array,
  U32: Uint32Array,
  F16: Float16Array,
  U64: BigUint64Array,
} as const;

/** An array's type and shape. */
export interface ArrayShape {
  readonly type: keyof typeof TYPES;
  readonly shape: readonly number[];
}

/** Where the values of an array stand in its file. */
export interface ArrayPlace extends ArrayShape {
  /** The first one's, in bytes. */
  readonly at: number;
}

type Data = Float32Array | Uint32Array | Float16Array | BigUint64Array;

/** An array that is being written. */
interface Unfinished {
  /** Where its next value goes among the data, in bytes. */
  next: number;
  readonly end: number;
  /** CRC-32 of its data so far. */
  sum: number;
}

/** Bytes handed to the system at a time. */
const PIECE = 2 ** 26;
const LONGEST_HEADER = 2 ** 20;

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

/** An open file of named arrays. */
export class ArrayFile implements Disposable {
  readonly #file: Deno.FsFile;
  readonly #header: Header;
  /** Bytes before the data. */
  readonly #start: number;

  private constructor(readonly path: string, file: Deno.FsFile, header: Header, start: number) {
    this.#file = file;
    this.#header = header;
    this.#start = start;
  }

  /** Opens a file and checks that its arrays fill it; their data are checked when read. */
  static async open(path: string): Promise<ArrayFile> {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path);
    } catch (error) {
      throw doesNotOpen(path, error);
    }
    try {
      return new ArrayFile(path, file, ...await readHeader(file, path));
    } catch (error) {
      file.close();
      throw new SyntaxError((error as Error).message);
    }
  }

  get metadata(): Readonly<Record<string, string>> {
    return this.#header.metadata;
  }

  has(name: string): boolean {
    return this.#header.entries.some((entry) => entry.name === name);
  }

  /** The header's checksums, which tell these data from any others. */
  get checksums(): string {
    return this.#header.checksums!;
  }

  /** Where an array stands, for whoever reads it by ranges. */
  place(name: string, ...types: readonly ArrayShape["type"][]): ArrayPlace {
    const { shape, begin, dtype } = this.#header.entries[this.#indexOf(name)]!;
    const type = types.find((type) => type === dtype);
    if (type === undefined) throw this.#wrongType(name, dtype, types.join(" or "));
    return { type, shape, at: this.#start + begin };
  }

  async floats(name: string): Promise<{ shape: readonly number[]; data: Float32Array }> {
    const { shape, data } = await this.#read(name, "F32");
    return { shape, data: data as Float32Array };
  }

  async integers(name: string): Promise<Uint32Array> {
    return (await this.#read(name, "U32")).data as Uint32Array;
  }

  async #read(name: string, type: ArrayShape["type"]) {
    const { shape, at } = this.place(name, type);
    const data = new TYPES[type](numberOfElements(shape));
    const bytes = new Uint8Array(data.buffer);
    try {
      await this.#file.seek(at, Deno.SeekMode.Start);
      await readFully(this.#file, bytes);
    } catch (error) {
      const { message } = error as Error;
      throw new SyntaxError(`Cannot read tensor ${quoted(name)} of ${this.path}: ${message}`);
    }
    checkData(this.#header, this.#indexOf(name), crc32(bytes), this.path);
    return { shape, data };
  }

  #indexOf(name: string): number {
    const index = this.#header.entries.findIndex((entry) => entry.name === name);
    if (index >= 0) return index;
    throw new SyntaxError(`Cannot read ${this.path}: its tensor "${name}" is missing`);
  }

  #wrongType(name: string, found: string, expected: string): SyntaxError {
    return new SyntaxError(
      `Cannot read tensor ${quoted(name)} of ${this.path}: it is of type ${shown(found)}, ` +
        `expected ${expected}`,
    );
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** The position of each array in the data. */
function entriesOf(arrays: Record<string, ArrayShape>): HeaderEntry[] {
  let end = 0;
  return Object.entries(arrays).map(([name, { type, shape }]) => {
    const begin = end;
    end += numberOfElements(shape) * TYPES[type].BYTES_PER_ELEMENT;
    return { name, dtype: type, shape, begin, end };
  });
}

/** Reads the header; returns it with the number of bytes before the data. */
async function readHeader(
  file: Deno.FsFile,
  path: string,
): Promise<[header: Header, start: number]> {
  const { size } = await file.stat();
  const first = new Uint8Array(Math.min(size, 64));
  await readFully(file, first);
  const length = headerLength(first, size, path);
  if (length > LONGEST_HEADER) {
    throw new Error(
      `Cannot read ${path}: its header has ${length} bytes, expected at most ${LONGEST_HEADER}`,
    );
  }
  const json = new Uint8Array(length);
  await file.seek(8, Deno.SeekMode.Start);
  await readFully(file, json);
  const header = parseHeader(json, size - 8 - length, path);
  if (header.checksums === undefined) {
    throw new Error(`Cannot read ${path}: it has no checksums, as an older version wrote it`);
  }
  checkHeader(header, path);
  return [header, 8 + length];
}

async function readFully(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const read = await file.read(bytes.subarray(at, at + PIECE));
    if (read === null) throw new Error(`it ends ${bytes.length - at} bytes early`);
    at += read;
  }
}

/** The usual reason is a full disk. */
function cannotWrite(path: string, error: unknown, bytes: number): Error {
  const size = `${Math.ceil(bytes / 2 ** 20)} MiB`;
  return new Error(`Cannot write ${path}, which takes ${size}: ${(error as Error).message}`);
}
