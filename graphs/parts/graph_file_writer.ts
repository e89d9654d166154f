/**
 * Writes a graph to a file that parts are read from. Edges and features come in pieces, in the order of
 * the nodes; what is held meanwhile is 4 bytes a node.
 */
import { crc32 } from "node:zlib";
import type { ArrayShape } from "../files/array_file.ts";
import { ArrayFileWriter } from "../files/array_file_writer.ts";
import type { Split } from "../graph.ts";
import { GRAPH_FORMAT } from "./graph_file_contents.ts";

/** What is known of a graph before its edges and features are written. */
export interface GraphFileOptions {
  /** The graph's name in messages. */
  readonly name: string;
  /** Number of nodes. */
  readonly nodes: number;
  /** No fewer than there will be. */
  readonly mostEdges: number;
  /** Columns of the features. */
  readonly features: number;
  /** Whether features are written as float16. */
  readonly half: boolean;
  /** Number of classes. */
  readonly classes: number;
  /** Nodes that have a class, ascending. */
  readonly labelled: Uint32Array;
  /** The class of each of these. */
  readonly classOf: Uint32Array;
  /** By nodes, each of which must be labelled. */
  readonly split: Split;
  /** Digest of what the graph was made from. */
  readonly source?: string | undefined;
}

/** Writes a graph's file; disposing of an unfinished one deletes it. */
export class GraphFileWriter implements Disposable {
  readonly #writer: ArrayFileWriter;
  readonly #features: number;
  /** In- and out-edges of each node so far. */
  readonly #ends: Uint32Array;
  #rows = 0;
  #edges = 0;
  #longestRow = 0;

  private constructor(writer: ArrayFileWriter, { nodes, features }: GraphFileOptions) {
    this.#writer = writer;
    this.#features = features;
    this.#ends = new Uint32Array(nodes);
  }

  /** Begins a file, which appears under its name when it is finished. */
  static async create(path: string, options: GraphFileOptions): Promise<GraphFileWriter> {
    const { name, nodes, mostEdges, features, half, classes, source, split } = options;
    const { labelled, classOf } = options;
    const list = (length: number): ArrayShape => ({ type: "U32", shape: [length] });
    const lists = { labelled, class: classOf, ...split };
    const metadata = {
      ...{ name, format: GRAPH_FORMAT, classes: String(classes) },
      ...source !== undefined && { source },
    };
    const writer = await ArrayFileWriter.create(path, {
      ...Object.fromEntries(Object.entries(lists).map(([key, { length }]) => [key, list(length)])),
      longest_row: list(1),
      end_variance: { type: "F32", shape: [1] },
      row_crc: list(nodes),
      x_crc: list(nodes),
      row_ptr: { type: "U64", shape: [nodes + 1] },
      x: { type: half ? "F16" : "F32", shape: [nodes, features] },
      col_idx: list(mostEdges),
    }, metadata);
    try {
      for (const [key, data] of Object.entries(lists)) await writer.append(key, data);
      await writer.append("row_ptr", BigUint64Array.of(0n));
      return new GraphFileWriter(writer, options);
    } catch (error) {
      writer[Symbol.dispose]();
      throw error;
    }
  }

  /** Appends the in-edges of the next nodes: how many each has, and their sources, ascending in a row. */
  async addRows(counts: Uint32Array, sources: Uint32Array): Promise<void> {
    const pointers = new BigUint64Array(counts.length);
    const sums = new Uint32Array(counts.length);
    const bytes = new Uint8Array(sources.buffer, sources.byteOffset, sources.byteLength);
    let end = 0;
    for (let k = 0; k < counts.length; k++) {
      const begin = end;
      end += counts[k]!;
      sums[k] = end > begin ? crc32(bytes.subarray(4 * begin, 4 * end)) : 0;
      pointers[k] = BigInt(this.#edges + end);
      this.#ends[this.#rows++]! += counts[k]!;
      if (counts[k]! > this.#longestRow) this.#longestRow = counts[k]!;
    }
    for (let e = 0; e < end; e++) this.#ends[sources[e]!]!++;
    this.#edges += end;
    await this.#writer.append("row_ptr", pointers);
    await this.#writer.append("row_crc", sums);
    await this.#writer.append("col_idx", sources.subarray(0, end));
  }

  /** Appends the features of the next nodes, whole rows of them. */
  async addFeatures(values: Float32Array | Float16Array): Promise<void> {
    const rows = values.length / this.#features;
    const width = this.#features * values.BYTES_PER_ELEMENT;
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const sums = new Uint32Array(rows);
    for (let row = 0; row < rows; row++) {
      sums[row] = crc32(bytes.subarray(row * width, (row + 1) * width));
    }
    await this.#writer.append("x_crc", sums);
    await this.#writer.append("x", values);
  }

  /** Completes the file; returns how many edges it has. */
  async finish(): Promise<number> {
    const ends = this.#ends;
    const mean = 2 * this.#edges / ends.length;
    const variance = ends.reduce((sum, count) => sum + (count - mean) ** 2, 0) / ends.length;
    await this.#writer.append("longest_row", Uint32Array.of(this.#longestRow));
    await this.#writer.append("end_variance", Float32Array.of(variance));
    await this.#writer.finish({ cut: "col_idx" });
    return this.#edges;
  }

  /** Deletes the file, unless it is finished. */
  [Symbol.dispose](): void {
    this.#writer[Symbol.dispose]();
  }
}
