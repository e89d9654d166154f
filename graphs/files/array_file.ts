/**
 * A file of named arrays that opens without parsing: safetensors of a few types, with a checksum for
 * each; `ArrayFileWriter` writes it.
 */
import { crc32 } from "node:zlib";
import { quoted, shown } from "../../settings/shown.ts";
import { fill } from "./fill.ts";
import { doesNotOpen } from "./read_file.ts";
import {
  checkData,
  checkHeader,
  type Header,
  headerLength,
  numberOfElements,
  parseHeader,
} from "./safetensors_header.ts";

/** The types of arrays that these files have. */
export const ARRAY_TYPES = {
  F32: Float32Array,
  U32: Uint32Array,
  F16: Float16Array,
  U64: BigUint64Array,
} as const;

/** An array's type and shape. */
export interface ArrayShape {
  readonly type: keyof typeof ARRAY_TYPES;
  readonly shape: readonly number[];
}

/** Where the values of an array stand in its file. */
export interface ArrayPlace extends ArrayShape {
  /** The first one's, in bytes. */
  readonly at: number;
}

const LONGEST_HEADER = 2 ** 20;

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
    const data = new ARRAY_TYPES[type](numberOfElements(shape));
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
  const missing = bytes.length - await fill(file, bytes);
  if (missing > 0) throw new Error(`it ends ${missing} bytes early`);
}
