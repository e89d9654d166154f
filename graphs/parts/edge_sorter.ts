/**
 * Sorts edges by target on the disk, for graphs whose edges do not fit in memory: they are dealt out to a
 * file for each range of targets, then sorted range by range.
 */
import { fillSync } from "../files/fill.ts";

/** Edges of a range that are sorted in memory: 64 MiB of sources. */
const USUAL = 2 ** 24;
/** More than these are dealt out once more, unless all have the same target. */
const MOST = 2 ** 25;
/** Files that are open at a time. */
const MOST_FILES = 512;
/** Edges that wait to be written to a file. */
const WAITING = 2 ** 13;
/** Shorter rows are sorted here, as a call costs more. */
const SHORT = 24;

/** Distinct in-edges of consecutive nodes. */
export interface SortedRows {
  /** How many each node has. */
  readonly counts: Uint32Array<ArrayBuffer>;
  /** Their sources, row after row, ascending within each. */
  readonly sources: Uint32Array<ArrayBuffer>;
}

export interface SorterOptions {
  /** Targets are from `first` to below `first + nodes`. */
  readonly first?: number;
  readonly nodes: number;
  /** About how many edges there will be. */
  readonly edges: number;
  /** How many of a range are sorted in memory; default 2²⁴. */
  readonly usual?: number;
}

/** Edges on their way to rows; disposing of it removes its folder. */
export class EdgeSorter implements Disposable {
  readonly #folder: string;
  readonly #options: Required<SorterOptions>;
  /** 2 to this power targets have one file. */
  readonly #shift: number;
  readonly #files: Deno.FsFile[] = [];
  /** For each file, pairs of source and target that wait. */
  readonly #waiting: Uint32Array<ArrayBuffer>;
  readonly #waits: Uint32Array;
  readonly #counts: Float64Array;

  /** Makes the folder that the files stand in; what is left of an earlier one is removed. */
  constructor(folder: string, options: SorterOptions) {
    const { first = 0, nodes, edges, usual = USUAL } = options;
    this.#folder = folder;
    this.#options = { first, nodes, edges, usual };
    const wanted = Math.min(MOST_FILES, Math.max(1, Math.ceil(edges / usual)));
    this.#shift = Math.max(0, Math.ceil(Math.log2(nodes / wanted)));
    const files = Math.max(1, Math.ceil(nodes / 2 ** this.#shift));
    this.#waiting = new Uint32Array(2 * WAITING * files);
    this.#waits = new Uint32Array(files);
    this.#counts = new Float64Array(files);
    try {
      removeFolder(folder);
      Deno.mkdirSync(folder, { recursive: true });
      const open = { read: true, write: true, create: true, truncate: true };
      for (let file = 0; file < files; file++) {
        this.#files.push(Deno.openSync(`${folder}/${file}`, open));
      }
    } catch (error) {
      this[Symbol.dispose]();
      throw this.#cannotWrite(error);
    }
  }

  /** Takes edges. */
  add(sources: Uint32Array, targets: Uint32Array): void {
    const [waiting, waits, shift, { first }] = [
      this.#waiting,
      this.#waits,
      this.#shift,
      this.#options,
    ];
    for (let e = 0; e < sources.length; e++) {
      const target = targets[e]!;
      const file = (target - first) >>> shift;
      const at = 2 * (WAITING * file + waits[file]!++);
      waiting[at] = sources[e]!;
      waiting[at + 1] = target;
      if (waits[file] === WAITING) this.#write(file);
    }
  }

  /** The rows of all targets, ascending, some at a time. */
  *rows(): Generator<SortedRows, void> {
    const { first, nodes, usual } = this.#options;
    for (let file = 0; file < this.#files.length; file++) {
      this.#write(file);
      const begin = first + file * 2 ** this.#shift;
      const width = Math.min(2 ** this.#shift, first + nodes - begin);
      const edges = this.#counts[file]!;
      if (edges <= Math.min(MOST, 2 * usual) || width === 1) yield this.#sorted(file, begin, width);
      else yield* this.#dealtOutAgain(file, { first: begin, nodes: width, edges, usual });
      this.#files[file]!.truncateSync(0); // its room on the disk
    }
  }

  *#dealtOutAgain(file: number, options: SorterOptions): Generator<SortedRows, void> {
    using sorter = new EdgeSorter(`${this.#folder}/of ${file}`, options);
    this.#read(file, (sources, targets) => sorter.add(sources, targets));
    yield* sorter.rows();
  }

  #sorted(file: number, begin: number, width: number): SortedRows {
    const ends = new Uint32Array(width + 1);
    this.#read(file, (_, targets) => {
      for (const target of targets) ends[target - begin + 1]!++;
    });
    for (let row = 0; row < width; row++) ends[row + 1]! += ends[row]!;
    const sources = new Uint32Array(ends[width]!);
    const next = ends.slice();
    this.#read(file, (from, targets) => {
      for (let e = 0; e < from.length; e++) sources[next[targets[e]! - begin]!++] = from[e]!;
    });
    const counts = new Uint32Array(width);
    let kept = 0;
    for (let row = 0; row < width; row++) {
      const [from, to] = [ends[row]!, ends[row + 1]!];
      sortRange(sources, from, to);
      const start = kept;
      for (let e = from; e < to; e++) {
        if (e === from || sources[e] !== sources[kept - 1]) sources[kept++] = sources[e]!;
      }
      counts[row] = kept - start;
    }
    return { counts, sources: sources.subarray(0, kept) };
  }

  /** Calls `take` with a file's edges, some at a time. */
  #read(file: number, take: (sources: Uint32Array, targets: Uint32Array) => void): void {
    const pairs = new Uint32Array(2 * WAITING);
    const [sources, targets] = [new Uint32Array(WAITING), new Uint32Array(WAITING)];
    this.#files[file]!.seekSync(0, Deno.SeekMode.Start);
    for (let left = this.#counts[file]!; left > 0;) {
      const count = Math.min(left, WAITING);
      const bytes = new Uint8Array(pairs.buffer, 0, 8 * count);
      if (fillSync(this.#files[file]!, bytes) < bytes.length) {
        throw new Error(`Cannot read ${this.#folder}/${file}: it is cut off`);
      }
      for (let e = 0; e < count; e++) {
        sources[e] = pairs[2 * e]!;
        targets[e] = pairs[2 * e + 1]!;
      }
      take(sources.subarray(0, count), targets.subarray(0, count));
      left -= count;
    }
  }

  /** Writes what waits for a file. */
  #write(file: number): void {
    const count = this.#waits[file]!;
    const bytes = new Uint8Array(this.#waiting.buffer, 8 * WAITING * file, 8 * count);
    try {
      for (let done = 0; done < bytes.length;) {
        done += this.#files[file]!.writeSync(bytes.subarray(done));
      }
    } catch (error) {
      throw this.#cannotWrite(error);
    }
    this.#counts[file]! += count;
    this.#waits[file] = 0;
  }

  #cannotWrite(error: unknown): Error {
    const bytes = `${Math.ceil(this.#options.edges * 8 / 2 ** 20)} MiB`;
    return new Error(
      `Cannot sort edges in ${this.#folder}, which takes ${bytes}: ${(error as Error).message}`,
    );
  }

  [Symbol.dispose](): void {
    for (const file of this.#files.splice(0)) file.close();
    removeFolder(this.#folder);
  }
}

function removeFolder(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    // What cannot be there is made in vain, which says why.
    const { NotFound, NotADirectory } = Deno.errors;
    if (!(error instanceof NotFound || error instanceof NotADirectory)) throw error;
  }
}

/** Sorts values from `from` to below `to`. */
function sortRange(values: Uint32Array, from: number, to: number): void {
  if (to - from > SHORT) {
    values.subarray(from, to).sort();
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const value = values[i]!;
    let at = i;
    for (; at > from && values[at - 1]! > value; at--) values[at] = values[at - 1]!;
    values[at] = value;
  }
}
