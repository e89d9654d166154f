/** Reads arrays of a NumPy archive piece by piece, as they may take more than the memory. */
import { readNpyHeader } from "../files/npy.ts";
import { ZipStreams } from "../files/zip_streams.ts";
import { shown } from "../../settings/shown.ts";

/** No header of an array is longer. */
const HEADER = 2 ** 14;
/** Bytes of a piece, about. */
const PIECE = 2 ** 22;

/** An array as a stream. */
export interface ArrayStream {
  /** NumPy's code without the byte order: `f4`. */
  readonly type: string;
  readonly shape: readonly number[];
  /** Whether the first index runs fastest. */
  readonly fortran: boolean;
  /** Bytes of a value. */
  readonly bytes: number;
  /**
   * The values' bytes in pieces of whole groups of so many values, from the value `skip` on. A piece is
   * overwritten by the next.
   */
  pieces(group: number, skip?: number): AsyncGenerator<Uint8Array<ArrayBuffer>, void>;
}

/** An open archive whose arrays are read as streams, each as often as need be. */
export class NpzStreams implements Disposable {
  readonly #zip: ZipStreams;

  private constructor(readonly path: string, zip: ZipStreams) {
    this.#zip = zip;
  }

  /** Opens a file. */
  static async open(path: string): Promise<NpzStreams> {
    return new NpzStreams(path, await ZipStreams.open(path));
  }

  has(name: string): boolean {
    return this.#zip.entries.has(`${name}.npy`);
  }

  /** The header of an array, and what reads its values. Throws a sentence where it is not as expected. */
  async array(name: string): Promise<ArrayStream> {
    if (!this.has(name)) throw this.broken(`entry ${shown(name)} is missing`);
    const head = await this.#head(name);
    const { type, shape, fortran, dataAt } = readNpyHeader(head, `entry ${name} of ${this.path}`);
    const bytes = Number(type.slice(1));
    const size = shape.reduce((product, size) => product * size, bytes);
    const found = this.#zip.entries.get(`${name}.npy`)!.uncompressedSize - dataAt;
    if (found !== size) {
      throw this.broken(
        `the values of entry ${name} do not fill its shape (${shape.join(", ")}): ` +
          `expected ${size} bytes, found ${found}`,
      );
    }
    const pieces = (group: number, skip = 0) =>
      this.#pieces(name, dataAt + skip * bytes, group * bytes);
    return { type, shape, fortran, bytes, pieces };
  }

  /** Composes an error in the file as one sentence. */
  broken(state: string): SyntaxError {
    return new SyntaxError(`Cannot read ${this.path} as ${state}`);
  }

  async #head(name: string): Promise<Uint8Array> {
    const head = new Uint8Array(HEADER);
    let length = 0;
    for await (const bytes of this.#read(name)) {
      const more = bytes.subarray(0, HEADER - length);
      head.set(more, length);
      length += more.length;
      if (length === HEADER) break;
    }
    return head.subarray(0, length);
  }

  async *#pieces(
    name: string,
    skip: number,
    group: number,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void> {
    const piece = new Uint8Array(Math.max(1, Math.floor(PIECE / group)) * group);
    let filled = 0;
    for await (const bytes of this.#read(name)) {
      let at = Math.min(skip, bytes.length);
      skip -= at;
      while (at < bytes.length) {
        const more = bytes.subarray(at, at + piece.length - filled);
        piece.set(more, filled);
        at += more.length;
        filled += more.length;
        if (filled < piece.length) continue;
        yield piece;
        filled = 0;
      }
    }
    if (filled > 0) yield piece.subarray(0, filled);
  }

  async *#read(name: string): AsyncGenerator<Uint8Array, void> {
    try {
      yield* await this.#zip.read(`${name}.npy`);
    } catch (error) {
      throw this.broken(`entry ${name} does not unpack: ${(error as Error).message}`);
    }
  }

  [Symbol.dispose](): void {
    this.#zip[Symbol.dispose]();
  }
}
