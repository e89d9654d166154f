/**
 * Reads Open Graph Benchmark's archives: gzipped tables in a zip, or in the folder that one was
 * unpacked to. Members are read as streams, in any order; nothing is unpacked to the disk.
 */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { readTable, TableError, type TableOptions, type TakeRow } from "../files/csv.ts";
import { BLOCK, gunzipped } from "../files/gunzip.ts";
import { messageOf } from "../../settings/shown.ts";
import { doesNotOpen } from "../files/read_file.ts";
import { mostUnpacked } from "../files/unpacked.ts";
import { ZipStreams } from "../files/zip_streams.ts";

/** Called with the rows read so far of a member, and with their total if it is known. */
export type OnRows = (member: string, rows: number, of: number | undefined) => void;

/** A gzipped table hardly packs further; of one that does, the directory of a zip may claim anything. */
const LARGEST_RATIO = 16;
/** Below so many bytes a table may: one of a single number throughout. */
const ANY_RATIO = 2 ** 16;
/** A value takes at least a digit and what ends it. */
const BYTES_PER_VALUE = 2;

/** An open archive; `root` is the folder inside, such as `proteins`. */
export class OgbArchive implements Disposable {
  readonly #root: string;
  readonly #members: Members;
  readonly #onRows: OnRows | undefined;

  private constructor(
    readonly path: string,
    root: string,
    members: Members,
    onRows: OnRows | undefined,
  ) {
    this.#root = root;
    this.#members = members;
    this.#onRows = onRows;
  }

  /** Opens a zip or a folder. */
  static async open(path: string, root: string, onRows?: OnRows): Promise<OgbArchive> {
    let isDirectory: boolean;
    try {
      ({ isDirectory } = await Deno.stat(path));
    } catch (error) {
      throw doesNotOpen(path, error);
    }
    const members = isDirectory ? await folderMembers(path, root) : await zipMembers(path);
    return new OgbArchive(path, root, members, onRows);
  }

  async has(member: string): Promise<boolean> {
    return await this.#members.has(`${this.#root}/${member}`);
  }

  /** The most values that a gzipped table of its size can have; a table that claims more is damaged. */
  async mostValues(member: string): Promise<number> {
    return mostUnpacked(await this.#members.bytes(await this.#nameOf(member))) / BYTES_PER_VALUE;
  }

  /** Reads a gzipped table, row by row; returns how many rows it has. */
  async read(member: string, options: TableOptions, take: TakeRow): Promise<number> {
    const name = await this.#nameOf(member);
    const bytes = await this.#members.bytes(name);
    try {
      return await readTable(
        gunzipped(await this.#members.open(name), bytes),
        options,
        take,
        (rows) => this.#onRows?.(member, rows, options.rows),
      );
    } catch (error) {
      if (!(error instanceof TableError)) throw error;
      throw new SyntaxError(`Cannot read ${name} of ${this.path} as ${error.message}`);
    }
  }

  /** The path of a member that is an archive itself: only a folder has one. */
  async fileOf(member: string): Promise<string> {
    const { locate } = this.#members;
    if (locate) return locate(await this.#nameOf(member));
    throw new SyntaxError(
      `Cannot read ${member} of ${this.path} as it is packed in a zip archive: unpack that, and name ` +
        "the folder",
    );
  }

  [Symbol.dispose](): void {
    this.#members.close();
  }

  async #nameOf(member: string): Promise<string> {
    const name = `${this.#root}/${member}`;
    if (await this.#members.has(name)) return name;
    throw new SyntaxError(`Cannot read ${this.path} as ${name} is missing`);
  }
}

interface Members {
  has(name: string): boolean | Promise<boolean>;
  /** Size of a gzipped table, or less where it cannot be believed. */
  bytes(name: string): number | Promise<number>;
  open(name: string): Readable | Promise<Readable>;
  /** The path of a member that is a file itself. */
  locate?(name: string): string;
  close(): void;
}

async function zipMembers(path: string): Promise<Members> {
  const zip = await ZipStreams.open(path);
  const { entries } = zip;
  return {
    has: (name) => entries.has(name),
    bytes: (name) => {
      const { compressedSize, uncompressedSize } = entries.get(name)!;
      const present = Math.min(compressedSize, zip.bytes);
      return Math.min(uncompressedSize, LARGEST_RATIO * present + ANY_RATIO);
    },
    open: async (name) => {
      try {
        return Readable.from(await zip.read(name));
      } catch (error) {
        throw new TableError(`it does not unpack: ${messageOf(error)}`);
      }
    },
    close: () => zip[Symbol.dispose](),
  };
}

/** Opens a folder: the archive's own, or the one that it was unpacked into. */
async function folderMembers(path: string, root: string): Promise<Members> {
  const inside = await isFolder(`${path}/${root}/raw`);
  const locate = (name: string) => inside ? `${path}/${name}` : path + name.slice(root.length);
  return {
    has: (name) => isFile(locate(name)),
    bytes: async (name) => (await Deno.stat(locate(name))).size,
    open: (name) => createReadStream(locate(name), { highWaterMark: BLOCK }),
    locate,
    close() {},
  };
}

async function isFile(path: string): Promise<boolean> {
  return (await statOf(path))?.isFile ?? false;
}

async function isFolder(path: string): Promise<boolean> {
  return (await statOf(path))?.isDirectory ?? false;
}

async function statOf(path: string): Promise<Deno.FileInfo | undefined> {
  try {
    return await Deno.stat(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw doesNotOpen(path, error);
  }
}
