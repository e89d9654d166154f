/** Reads NumPy's archives: a zip of arrays, each a `name.npy`, stored or deflated. */
import { listed, shown } from "../../settings/shown.ts";
import { butKind } from "../files/foreign_file.ts";
import { type NpyArray, readNpy } from "../files/npy.ts";
import { readFile } from "../files/read_file.ts";
import { unzip, type ZipMember, zipMembers } from "../files/zip.ts";

/** An open archive. Arrays are unpacked when read, so those that nobody reads may hold anything. */
export class Npz {
  /** The arrays' names, without `.npy`. */
  readonly names: readonly string[];
  readonly path: string;
  #bytes: Uint8Array;
  #members: ReadonlyMap<string, ZipMember>;

  constructor(path: string, bytes: Uint8Array) {
    this.path = path;
    this.#bytes = bytes;
    const members = this.#list();
    this.#members = new Map(members.map((member) => [member.name.replace(/\.npy$/, ""), member]));
    this.names = [...this.#members.keys()];
    if (this.names.length === members.length) return;
    throw this.broken(
      "two of its entries have one name, with and without .npy: expected one of each",
    );
  }

  /** The arrays' names in a sentence. */
  get listed(): string {
    return listed(this.names);
  }

  /** Opens a file. */
  static async open(path: string): Promise<Npz> {
    return new Npz(path, await readFile(path));
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** Unpacks the array of that name; its CRC-32 must match. */
  read(name: string): NpyArray {
    const member = this.#members.get(name);
    if (!member) throw this.broken(`entry ${shown(name)} is missing: it has ${this.listed}`);
    let bytes: Uint8Array;
    try {
      bytes = unzip(this.#bytes, member);
    } catch (error) {
      throw this.broken(`entry ${shown(name)} does not unpack: ${(error as Error).message}`);
    }
    return readNpy(bytes, `entry ${shown(name)} of ${this.path}`);
  }

  /** Composes an error in the file as one sentence. */
  broken(state: string): SyntaxError {
    return new SyntaxError(`Cannot read ${this.path} as ${state}`);
  }

  #list(): ZipMember[] {
    const begins = this.#bytes[0] === 0x50 && this.#bytes[1] === 0x4b; // "PK"
    if (!begins) {
      throw this.broken(
        `it is no zip archive${butKind(this.#bytes)}: ` +
          "expected one of NumPy's arrays (numpy.savez)",
      );
    }
    try {
      return zipMembers(this.#bytes);
    } catch (error) {
      throw this.broken(
        `it is cut off or damaged: ${(error as Error).message}, in ${this.#bytes.length} bytes; ` +
          "save or fetch it anew",
      );
    }
  }
}
