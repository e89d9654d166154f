/** Reads and checks the arrays of OGB's archives of arrays: sizes, labels and edges. */
import type { Split } from "../graph.ts";
import { Growing } from "../growing.ts";
import type { ArrayStream, NpzStreams } from "../npz/npz_streams.ts";

/** Whole numbers by NumPy's types. */
const INTEGERS = ["i4", "u4", "i8", "u8"];

/** The nodes that have a class, ascending, and their classes. */
export interface Classes {
  readonly labelled: Uint32Array;
  readonly classOf: Uint32Array;
}

/** Reads an array of one whole number, as an archive of one graph has it. */
export async function readSize(
  npz: NpzStreams,
  name: string,
  least: number,
  most: number,
): Promise<number> {
  const array = await integers(npz, name);
  if (array.shape.join() !== "1") {
    throw npz.broken(
      `entry ${name} has the wrong shape: expected (1), found (${array.shape.join(", ")})`,
    );
  }
  let size = 0;
  for await (const { buffer } of array.pieces(1)) {
    const [low = 0, high = 0] = new Uint32Array(buffer, 0, array.bytes / 4);
    size = low + high * 2 ** 32;
  }
  if (size >= least && size <= most) return size;
  throw npz.broken(`${name}[0] is ${size}: expected a whole number from ${least} to ${most}`);
}

/** Reads [nodes, 1]: each node's class, NaN where it has none; every node of the split must have one. */
export async function readClassesOf(
  npz: NpzStreams,
  nodes: number,
  classes: number,
  split: Split,
): Promise<Classes> {
  const name = "node_label";
  const { type, shape, pieces, bytes } = await npz.array(name);
  if (shape.join() !== `${nodes},1`) {
    throw npz.broken(
      `entry ${name} has the wrong shape: expected (${nodes}, 1), found (${shape.join(", ")})`,
    );
  }
  const Values = type === "f4" ? Float32Array : type === "f8" ? Float64Array : undefined;
  if (!Values) throw npz.broken(`entry ${name} is of type ${type}: expected f4 or f8`);
  const [labelled, classOf] = [new Growing(Uint32Array), new Growing(Uint32Array)];
  let node = 0;
  for await (const { buffer, byteLength } of pieces(1)) {
    for (const value of new Values(buffer, 0, byteLength / bytes)) {
      if (!Number.isNaN(value)) {
        if (!(Number.isInteger(value) && value >= 0 && value < classes)) {
          throw npz.broken(
            `${name}[${node}, 0] is ${value}: expected NaN, or a whole number from 0, below ${classes}`,
          );
        }
        labelled.push(node);
        classOf.push(value);
      }
      node++;
    }
  }
  const known = { labelled: labelled.done(), classOf: classOf.done() };
  checkLabelled(npz, known.labelled, nodes, split);
  return known;
}

function checkLabelled(
  npz: NpzStreams,
  labelled: Uint32Array,
  nodes: number,
  split: Split,
): void {
  const has = new Uint8Array(nodes);
  for (const node of labelled) has[node] = 1;
  for (const part of ["train", "valid", "test"] as const) {
    const bare = split[part].filter((node) => !has[node]);
    if (bare.length === 0) continue;
    throw npz.broken(
      `it has no class for ${bare.length} of ${split[part].length} nodes of the split's ${part}, ` +
        `node ${bare[0]} the first: expected one for each`,
    );
  }
}

/** Both ends of some edges. */
interface Ends {
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
}

/**
 * The edges of edge_index [2, edges], in the file's order. Row after row its two halves are two streams side
 * by side; column after column they are pairs.
 */
export async function* edgePairs(
  npz: NpzStreams,
  nodes: number,
  edges: number,
): AsyncGenerator<Ends, void> {
  const array = await integers(npz, "edge_index");
  if (array.shape.join() !== `2,${edges}`) {
    throw npz.broken(
      `entry edge_index has the wrong shape: expected (2, ${edges}), found (${
        array.shape.join(", ")
      })`,
    );
  }
  const index = new EdgeIndex(npz, array, nodes);
  if (array.fortran) {
    for await (const bytes of array.pieces(2)) yield index.pairs(bytes);
    return;
  }
  const targets = array.pieces(1, edges);
  let left = edges;
  for await (const first of array.pieces(1)) {
    const second = await targets.next();
    if (second.done) return;
    const count = Math.min(left, first.byteLength / array.bytes);
    yield index.halves(first, second.value, count);
    left -= count;
    // To the end of the second, as that checks the whole.
    if (left === 0) return void await targets.next();
  }
}

/** Turns pieces of edge_index into nodes, and checks them. */
class EdgeIndex {
  readonly #npz: NpzStreams;
  readonly #array: ArrayStream;
  readonly #nodes: number;
  #done = 0;

  constructor(npz: NpzStreams, array: ArrayStream, nodes: number) {
    this.#npz = npz;
    this.#array = array;
    this.#nodes = nodes;
  }

  halves(sources: Uint8Array<ArrayBuffer>, targets: Uint8Array<ArrayBuffer>, count: number): Ends {
    return this.#ends(
      this.#nodesOf(0, sources, 0, 1, count),
      this.#nodesOf(1, targets, 0, 1, count),
    );
  }

  pairs(bytes: Uint8Array<ArrayBuffer>): Ends {
    const count = bytes.byteLength / this.#array.bytes / 2;
    return this.#ends(this.#nodesOf(0, bytes, 0, 2, count), this.#nodesOf(1, bytes, 1, 2, count));
  }

  #ends(sources: Uint32Array, targets: Uint32Array): Ends {
    this.#done += sources.length;
    return { sources, targets };
  }

  /** Each `step`-th of a piece's numbers, from `first`, which are of this row and must be nodes. */
  #nodesOf(
    row: number,
    { buffer }: Uint8Array<ArrayBuffer>,
    first: number,
    step: number,
    count: number,
  ): Uint32Array {
    const out = new Uint32Array(count);
    const wide = this.#array.bytes / 4;
    const words = new Uint32Array(buffer);
    for (let e = 0; e < count; e++) {
      const at = (first + e * step) * wide;
      const node = words[at]!;
      if (node >= this.#nodes || (wide === 2 && words[at + 1] !== 0)) {
        throw this.#stray(row, e, node, wide === 2 ? words[at + 1]! : 0);
      }
      out[e] = node;
    }
    return out;
  }

  #stray(row: number, e: number, low: number, high: number): SyntaxError {
    const signed = this.#array.type.startsWith("i");
    const value = this.#array.bytes === 4
      ? signed ? low | 0 : low
      : (signed ? high | 0 : high) * 2 ** 32 + low;
    return this.#npz.broken(
      `edge_index[${row}, ${this.#done + e}] is ${value}: expected a whole number from 0, below ` +
        `${this.#nodes}`,
    );
  }
}

async function integers(npz: NpzStreams, name: string): Promise<ArrayStream> {
  const array = await npz.array(name);
  if (INTEGERS.includes(array.type)) return array;
  throw npz.broken(`entry ${name} is of type ${array.type}: expected i8 or i4`);
}
