/**
 * A graph in a file, of which parts are read by ranges: `row_ptr` has 64 bits, and every row of edges and
 * of features has a CRC-32 of its own, so that what is read is what was written. Nothing is held but
 * labels and split, however many nodes and edges there are.
 */
import { crc32 } from "node:zlib";
import type { ArrayPlace } from "../files/array_file.ts";
import { doesNotOpen } from "../files/read_file.ts";
import { readRanges } from "../files/ranges.ts";
import type { Graph, Matrix, Split } from "../graph.ts";
import { type GraphFileContents, openGraphFile, type Places } from "./graph_file_contents.ts";
import { zeros } from "../matrix.ts";
import { NodeSet } from "./node_set.ts";
import type { Degrees } from "./part_size.ts";
import { labelledPlaces, type StoredGraph } from "./stored_graph.ts";

/** A graph in a file that `GraphFileWriter` wrote. Its nodes have one class of many, its edges no features. */
export class GraphFile implements StoredGraph {
  readonly name: string;
  readonly path: string;
  readonly checksums: string;
  readonly nodes: number;
  readonly degrees: Degrees;
  readonly edgeFeatures: { readonly rows: number; readonly cols: number };
  readonly x: { readonly rows: number; readonly cols: number };
  readonly labelled: Uint32Array;
  readonly classes = true;
  readonly split: Split;
  readonly #places: Places;
  readonly #classCount: number;
  /** [labelled nodes] */
  readonly #classOf: Uint32Array;
  #labels: Matrix | undefined;

  private constructor(path: string, contents: GraphFileContents) {
    const { name, checksums, degrees, labelled, split, places, classCount, classOf } = contents;
    const [nodes, cols] = places.x.shape as [number, number];
    this.name = name;
    this.path = path;
    this.checksums = checksums;
    this.nodes = nodes;
    this.degrees = degrees;
    this.edgeFeatures = { rows: degrees.edges, cols: 0 };
    this.x = { rows: nodes, cols };
    this.labelled = labelled;
    this.split = split;
    this.#places = places;
    this.#classCount = classCount;
    this.#classOf = classOf;
  }

  /** Opens a file, and reads and checks what is held of it. */
  static async open(path: string): Promise<GraphFile> {
    return new GraphFile(path, await openGraphFile(path));
  }

  /** [labelled nodes, classes], made at its first use. */
  get labels(): Matrix {
    return this.#labels ??= oneHot(this.labelled.length, this.#classCount, this.#classOf);
  }

  induce(nodes: Uint32Array): Graph {
    const inside = new NodeSet(this.nodes, nodes);
    using file = this.#open();
    const { places, rows } = labelledPlaces(this, nodes);
    const placeOf = (row: number) => inside.place(this.labelled[row]!);
    const within = (rows: Uint32Array) => rows.filter((row) => placeOf(row) >= 0).map(placeOf);
    const { train, valid, test } = this.split;
    const { rowPtr, colIdx } = this.#rows(file, nodes, inside);
    return {
      name: this.name,
      nodes: nodes.length,
      rowPtr,
      colIdx,
      edgeFeatures: zeros(colIdx.length, 0),
      x: this.#features(file, nodes),
      labels: oneHot(
        nodes.length,
        this.#classCount,
        rows.map((row) => this.#classOf[row]!),
        places,
      ),
      classes: true,
      split: { train: within(train), valid: within(valid), test: within(test) },
    };
  }

  #open(): Deno.FsFile {
    try {
      return Deno.openSync(this.path);
    } catch (error) {
      throw doesNotOpen(this.path, error);
    }
  }

  /** The in-edges of `nodes` from one another. */
  #rows(file: Deno.FsFile, nodes: Uint32Array, inside: NodeSet) {
    const { rowPtr: pointers, rowSums, colIdx: sources } = this.#places;
    const { edges } = this.degrees;
    const [begins, ends] = [new Float64Array(nodes.length), new Float64Array(nodes.length)];
    let most = 0;
    this.#read(file, pointers, nodes, 8, 16, (k, bytes) => {
      const [low, high, lowEnd, highEnd] = words(bytes) as unknown as [
        number,
        number,
        number,
        number,
      ];
      const [begin, end] = [low + high * 2 ** 32, lowEnd + highEnd * 2 ** 32];
      if (!(begin <= end && end <= edges)) {
        throw this.#broken(
          `row_ptr[${nodes[k]}] is ${begin} and the next ${end}, of ${edges} edges`,
        );
      }
      most += end - begin;
      [begins[k], ends[k]] = [sources.at + 4 * begin, sources.at + 4 * end];
    });
    const sums = this.#sums(file, rowSums, nodes);
    const rowPtr = new Uint32Array(nodes.length + 1);
    const colIdx = new Uint32Array(most);
    let kept = 0;
    this.#ranges(file, { begins, ends }, (k, bytes) => {
      this.#check(bytes, sums[k]!, "col_idx", nodes[k]!);
      for (const source of words(bytes)) {
        const place = inside.place(source);
        if (place >= 0) colIdx[kept++] = place;
      }
      rowPtr[k + 1] = kept;
    });
    return { rowPtr, colIdx: colIdx.slice(0, kept) };
  }

  /** [nodes, features], as float32. */
  #features(file: Deno.FsFile, nodes: Uint32Array): Matrix {
    const { x: place, xSums } = this.#places;
    const x = zeros(nodes.length, this.x.cols);
    const Values = place.type === "F16" ? Float16Array : Float32Array;
    const width = x.cols * Values.BYTES_PER_ELEMENT;
    const sums = this.#sums(file, xSums, nodes);
    this.#read(file, place, nodes, width, width, (k, bytes) => {
      this.#check(bytes, sums[k]!, "x", nodes[k]!);
      x.data.set(new Values(bytes.buffer, bytes.byteOffset, x.cols), k * x.cols);
    });
    return x;
  }

  #sums(file: Deno.FsFile, place: ArrayPlace, nodes: Uint32Array): Uint32Array {
    const sums = new Uint32Array(nodes.length);
    this.#read(file, place, nodes, 4, 4, (k, bytes) => sums[k] = words(bytes)[0]!);
    return sums;
  }

  /** Reads `bytes` bytes at each node's place, `stride` bytes after the one before it. */
  #read(
    file: Deno.FsFile,
    { at }: ArrayPlace,
    nodes: Uint32Array,
    stride: number,
    bytes: number,
    take: (k: number, bytes: Uint8Array<ArrayBuffer>) => void,
  ): void {
    const begins = Float64Array.from(nodes, (node) => at + node * stride);
    this.#ranges(file, { begins, ends: begins.map((begin) => begin + bytes) }, take);
  }

  #ranges(...[file, ranges, take]: Parameters<typeof readRanges>): void {
    try {
      readRanges(file, ranges, take);
    } catch (error) {
      throw error instanceof SyntaxError ? error : this.#broken((error as Error).message);
    }
  }

  #check(bytes: Uint8Array, expected: number, what: string, node: number): void {
    const found = crc32(bytes);
    if (found === expected) return;
    const [is, was] = [found, expected].map((sum) => sum.toString(16).padStart(8, "0"));
    throw this.#broken(
      `row ${node} of ${what} is damaged: it has the checksum ${is}, expected ${was}`,
    );
  }

  #broken(state: string): SyntaxError {
    return new SyntaxError(`Cannot read parts of ${this.path}: ${state}; prepare it again`);
  }
}

/** [count, cols]: a row's class as a single 1; `places` are the rows that have one, default all. */
function oneHot(count: number, cols: number, classes: Uint32Array, places?: Uint32Array): Matrix {
  const matrix = zeros(count, cols);
  classes.forEach((of, k) => matrix.data[(places?.[k] ?? k) * cols + of] = 1);
  return matrix;
}

function words(bytes: Uint8Array<ArrayBuffer>): Uint32Array {
  return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
}
