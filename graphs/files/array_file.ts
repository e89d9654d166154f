/**
 * A file of named arrays that opens without parsing: safetensors of float32 and uint32, with a checksum
 * for each. It is written and read in pieces, as arrays may take gigabytes, and appears under its name
 * only when complete.
 */
import { crc32 } from "node:zlib";
import { quoted, shown } from "../../settings/shown.ts";
import { doesNotOpen } from "./read_file.ts";
import {
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

const TYPES = { F32: Float32Array, U32: Uint32Array } as const;

/** An array's type and shape. */
export interface ArrayShape {
  readonly type: keyof typeof TYPES;
  readonly shape: readonly number[];
}

type Data = Float32Array | Uint32Array;

/** Bytes handed to the system at a time. */
const PIECE = 2 ** 26;
const LONGEST_HEADER = 2 ** 20;

/** Writes a file, its arrays one after another; disposing of an unfinished one deletes it. */
export class ArrayFileWriter implements Disposable {
  #path: string;
  #file: Deno.FsFile | undefined;
  #left: [name: string, values: number][];
  #finished = false;
  #bytes: number;
  #header: Header;
  /** CRC-32 of each array's data so far. */
  #sums: Map<string, number>;

  private constructor(path: string, file: Deno.FsFile, header: Header) {
    this.#path = path;
    this.#file = file;
    this.#header = header;
    this.#bytes = header.entries.at(-1)?.end ?? 0;
    this.#left = header.entries.map(({ name, shape }) => [name, numberOfElements(shape)]);
    this.#sums = new Map(header.entries.map(({ name }) => [name, 0]));
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
      await writer.#write(writer.#encodedHeader()); // with room for the checksums
      return writer;
    } catch (error) {
      writer[Symbol.dispose]();
      throw error;
    }
  }

  /** Appends values to an array, which must be the first that is not full. */
  async append(name: string, data: Data): Promise<void> {
    while (this.#left[0]?.[1] === 0) this.#left.shift();
    const next = this.#left[0];
    if (data.length === 0) return;
    if (next?.[0] !== name || next[1] < data.length) {
      throw new RangeError(
        `Cannot append ${data.length} values of ${name} to ${this.#path}: ` +
          `expected ${next ? `${next[1]} of ${next[0]}` : "none"}`,
      );
    }
    next[1] -= data.length;
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#sums.set(name, crc32(bytes, this.#sums.get(name)));
    await this.#write(bytes);
  }

  /** Completes the file and gives it its name. */
  async finish(): Promise<void> {
    const missing = this.#left.find(([, values]) => values > 0);
    if (missing) {
      throw new RangeError(
        `Cannot finish ${this.#path}: ${missing[1]} values of ${missing[0]} are missing`,
      );
    }
    try {
      await this.#file!.seek(0, Deno.SeekMode.Start);
      await this.#write(this.#encodedHeader());
      this.#close(); // some systems do not rename open files
      await putInPlace(`${this.#path}.part`, this.#path);
      this.#finished = true;
    } catch (error) {
      throw cannotWrite(this.#path, error, this.#bytes);
    }
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

  /** The header with the checksums so far; its length does not depend on them. */
  #encodedHeader(): Uint8Array {
    const { metadata } = this.#header;
    const entries = inOrder(this.#header.entries);
    const sums = entries.map(({ name }) => this.#sums.get(name)!);
    return encodeHeader({ ...this.#header, checksums: checksumsOf({ entries, metadata }, sums) });
  }

  async #write(bytes: Uint8Array): Promise<void> {
    try {
      for (let at = 0; at < bytes.length;) {
        at += await this.#file!.write(bytes.subarray(at, at + PIECE));
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

  async floats(name: string): Promise<{ shape: readonly number[]; data: Float32Array }> {
    const { shape, data } = await this.#read(name, "F32");
    return { shape, data: data as Float32Array };
  }

  async integers(name: string): Promise<Uint32Array> {
    return (await this.#read(name, "U32")).data as Uint32Array;
  }

  async #read(name: string, type: ArrayShape["type"]) {
    const index = this.#header.entries.findIndex((entry) => entry.name === name);
    const entry = this.#header.entries[index];
    if (!entry) throw new SyntaxError(`Cannot read ${this.path}: its tensor "${name}" is missing`);
    const { dtype, shape, begin } = entry;
    const at = `Cannot read tensor ${quoted(name)} of ${this.path}`;
    if (dtype !== type) {
      throw new SyntaxError(`${at}: it is of type ${shown(dtype)}, expected ${type}`);
    }
    const data = new TYPES[type](numberOfElements(shape));
    const bytes = new Uint8Array(data.buffer);
    try {
      await this.#file.seek(this.#start + begin, Deno.SeekMode.Start);
      await readFully(this.#file, bytes);
    } catch (error) {
      throw new SyntaxError(`${at}: ${(error as Error).message}`);
    }
    checkData(this.#header, index, crc32(bytes), this.path);
    return { shape, data };
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
