/** NumPy's archives: a zip of arrays, one `name.npy` each, stored or deflated. */
import { unzipSync } from "fflate";
import { type NpyArray, readNpy } from "./npy.ts";
import { readFile } from "./read_file.ts";

/** Deflate packs no denser; more is a damaged directory, and not to be allocated. */
const LARGEST_RATIO = 1032;

/** An open archive. Arrays are unpacked when they are read, so what nobody reads may be anything. */
export class Npz {
  /** The arrays' names, without `.npy`. */
  readonly names: readonly string[];
  readonly path: string;
  #bytes: Uint8Array;

  constructor(path: string, bytes: Uint8Array) {
    this.path = path;
    this.#bytes = bytes;
    this.names = this.#members().map((name) => name.replace(/\.npy$/, ""));
  }

  /** Opens a file. */
  static async open(path: string): Promise<Npz> {
    return new Npz(path, await readFile(path));
  }

  has(name: string): boolean {
    return this.names.includes(name);
  }

  /** Unpacks the array of that name. */
  read(name: string): NpyArray {
    let size = 0;
    let bytes: Uint8Array | undefined;
    try {
      bytes = unzipSync(this.#bytes, {
        filter: (file) => {
          if (file.name !== `${name}.npy`) return false;
          size = file.originalSize;
          if (size > LARGEST_RATIO * file.size) throw new Error(`${size} bytes are announced`);
          return true;
        },
      })[`${name}.npy`];
    } catch (error) {
      throw this.broken(`entry ${name} does not unpack: ${(error as Error).message}`);
    }
    if (!bytes) throw this.broken(`entry ${name} is missing: it has ${this.names.join(", ")}`);
    if (bytes.length !== size) {
      throw this.broken(`entry ${name} is cut off: expected ${size} bytes, found ${bytes.length}`);
    }
    return readNpy(bytes, `entry ${name} of ${this.path}`);
  }

  /** An error in the file, as one sentence. */
  broken(state: string): SyntaxError {
    return new SyntaxError(`Cannot read ${this.path} as ${state}`);
  }

  #members(): string[] {
    const names: string[] = [];
    try {
      unzipSync(this.#bytes, {
        filter: ({ name }) => {
          if (!/^[^\p{Cc}\uFFFD]+$/u.test(name)) throw new Error("A name is damaged");
          names.push(name);
          return false;
        },
      });
    } catch {
      const begins = this.#bytes[0] === 0x50 && this.#bytes[1] === 0x4b; // "PK"
      throw this.broken(
        begins
          ? `it is cut off or damaged: expected a zip archive's directory at its end, ` +
            `in ${this.#bytes.length} bytes found none`
          : `it is no zip archive: expected one of NumPy's arrays (numpy.savez)`,
      );
    }
    return names;
  }
}
