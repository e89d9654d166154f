/**
 * A file of named arrays that opens without parsing: a safetensors file (u64 header length, JSON padded
 * to 8 bytes, raw little-endian data) of float32 and uint32, written and read in pieces, as its arrays
 * may have gigabytes. It appears under its name only when it is whole.
 */
import { doesNotOpen } from "./read_file.ts";

const TYPES = { F32: Float32Array, U32: Uint32Array } as const;

/** An array's type and shape. */
export interface ArrayShape {
  readonly type: keyof typeof TYPES;
  readonly shape: readonly number[];
}

type Data = Float32Array | Uint32Array;

/** Bytes handed to the system at once. */
const PIECE = 2 ** 26;
const METADATA = "__metadata__";
const LONGEST_HEADER = 2 ** 20;

/** Writes a file whose arrays are appended in their order; dispose takes back what is not finished. */
export class ArrayFileWriter implements Disposable {
  #path: string;
  #file: Deno.FsFile | undefined;
  #left: [name: string, values: number][];
  #finished = false;
  #bytes: number;

  private constructor(path: string, file: Deno.FsFile, arrays: Record<string, ArrayShape>) {
    this.#path = path;
    this.#file = file;
    this.#bytes = bytesOf(arrays);
    this.#left = Object.entries(arrays).map(([name, { shape }]) => [name, count(shape)]);
  }

  /** Begins a file; `arrays` stand in it in their order. */
  static async create(
    path: string,
    arrays: Record<string, ArrayShape>,
    metadata: Readonly<Record<string, string>>,
  ): Promise<ArrayFileWriter> {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(`${path}.part`, { write: true, create: true, truncate: true });
    } catch (error) {
      throw cannotWrite(path, error, bytesOf(arrays));
    }
    const writer = new ArrayFileWriter(path, file, arrays);
    try {
      await writer.#write(headerOf(arrays, metadata));
      return writer;
    } catch (error) {
      writer[Symbol.dispose]();
      throw error;
    }
  }

  /** The next values of an array, which must be the first that is not full. */
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
    await this.#write(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }

  /** Makes the file appear. */
  async finish(): Promise<void> {
    const missing = this.#left.find(([, values]) => values > 0);
    if (missing) {
      throw new RangeError(
        `Cannot finish ${this.#path}: ${missing[1]} values of ${missing[0]} are missing`,
      );
    }
    try {
      await this.#file!.sync();
      this.#close(); // an open file cannot be renamed everywhere
      await Deno.rename(`${this.#path}.part`, this.#path);
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

/** An open file of arrays. */
export class ArrayFile implements Disposable {
  private constructor(
    readonly path: string,
    readonly metadata: Readonly<Record<string, string>>,
    private readonly file: Deno.FsFile,
    private readonly arrays: ReadonlyMap<string, ArrayShape & { readonly at: number }>,
  ) {}

  /** Opens a file and checks that its arrays fill it. */
  static async open(path: string): Promise<ArrayFile> {
    let file: Deno.FsFile;
    try {
      file = await Deno.open(path);
    } catch (error) {
      throw doesNotOpen(path, error);
    }
    try {
      const { size } = await file.stat();
      const { arrays, metadata, end } = parseHeader(...await readHeader(file, size));
      if (end !== size) throw new Error(`expected ${end} bytes, found ${size}`);
      return new ArrayFile(path, metadata, file, arrays);
    } catch (error) {
      file.close();
      throw damaged(path, error);
    }
  }

  has(name: string): boolean {
    return this.arrays.has(name);
  }

  async floats(name: string): Promise<{ shape: readonly number[]; data: Float32Array }> {
    const { shape, data } = await this.#read(name);
    if (data instanceof Float32Array) return { shape, data };
    throw damaged(this.path, new Error(`${name} is not of floats`));
  }

  async integers(name: string): Promise<Uint32Array> {
    const { data } = await this.#read(name);
    if (data instanceof Uint32Array) return data;
    throw damaged(this.path, new Error(`${name} is not of integers`));
  }

  async #read(name: string) {
    const array = this.arrays.get(name);
    if (!array) throw damaged(this.path, new Error(`${name} is missing`));
    const data = new TYPES[array.type](count(array.shape));
    try {
      await this.file.seek(array.at, Deno.SeekMode.Start);
      await readFully(this.file, new Uint8Array(data.buffer));
    } catch (error) {
      throw damaged(this.path, error);
    }
    return { shape: array.shape, data };
  }

  [Symbol.dispose](): void {
    this.file.close();
  }
}

function headerOf(
  arrays: Record<string, ArrayShape>,
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, unknown> = { [METADATA]: metadata };
  let end = 0;
  for (const [name, { type, shape }] of Object.entries(arrays)) {
    const begin = end;
    end += count(shape) * TYPES[type].BYTES_PER_ELEMENT;
    header[name] = { dtype: type, shape, data_offsets: [begin, end] };
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(" ".charCodeAt(0), 8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(bytes.length - 8), true);
  bytes.set(text, 8);
  return bytes;
}

async function readHeader(file: Deno.FsFile, size: number): Promise<[Uint8Array, number]> {
  const length = new Uint8Array(8);
  await readFully(file, length);
  const bytes = Number(new DataView(length.buffer).getBigUint64(0, true));
  if (bytes > Math.min(LONGEST_HEADER, size - 8)) throw new Error("its header has no end");
  const header = new Uint8Array(bytes);
  await readFully(file, header);
  return [header, 8 + bytes];
}

/** Where each array begins, and where the file must end. The writer's own header is all it reads. */
function parseHeader(bytes: Uint8Array, start: number) {
  const { [METADATA]: metadata, ...entries } = JSON.parse(new TextDecoder().decode(bytes)) as
    & Record<string, { dtype: keyof typeof TYPES; shape: number[]; data_offsets: number[] }>
    & { [METADATA]: unknown };
  let end = start;
  const arrays = new Map<string, ArrayShape & { at: number }>();
  for (const [name, { dtype: type, shape }] of Object.entries(entries)) {
    arrays.set(name, { type, shape, at: end });
    end += count(shape) * TYPES[type].BYTES_PER_ELEMENT;
  }
  return { arrays, metadata: metadata as Record<string, string>, end };
}

async function readFully(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const read = await file.read(bytes.subarray(at, at + PIECE));
    if (read === null) throw new Error(`it ends ${bytes.length - at} bytes early`);
    at += read;
  }
}

function count(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1);
}

function damaged(path: string, error: unknown): SyntaxError {
  return new SyntaxError(`Cannot read ${path} as it is damaged: ${(error as Error).message}`);
}

function bytesOf(arrays: Record<string, ArrayShape>): number {
  const bytes = ({ type, shape }: ArrayShape) => count(shape) * TYPES[type].BYTES_PER_ELEMENT;
  return Object.values(arrays).reduce((sum, array) => sum + bytes(array), 0);
}

/** Most often, for want of room. */
function cannotWrite(path: string, error: unknown, bytes: number): Error {
  const size = `${Math.ceil(bytes / 2 ** 20)} MiB`;
  return new Error(`Cannot write ${path}, which takes ${size}: ${(error as Error).message}`);
}
