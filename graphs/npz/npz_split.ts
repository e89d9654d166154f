/**
 * Reads the split of an npz file: masks or lists of nodes for each part, of one split or of several; if
 * the file has none, one is drawn.
 */
import type { Split } from "../graph.ts";
import type { NpyArray } from "../files/npy.ts";
import type { Npz } from "./npz.ts";
import { checkIndices, place } from "./npz_entries.ts";
import { Random } from "../random.ts";
import { randomSplit } from "../split.ts";

/** The names that each part may have, the published one first. */
const PARTS = {
  train: entryNames("train"),
  valid: entryNames("val", "valid"),
  test: entryNames("test"),
};

function entryNames(...parts: string[]): string[] {
  return ["masks", "mask", "idx"].flatMap((kind) => parts.map((part) => `${part}_${kind}`));
}

/** Which split to read, and the seed of one that is drawn. */
export interface SplitOptions {
  readonly split: number;
  readonly seed: number;
  /** The nodes with a label, unless all have one: only they are drawn into a part. */
  readonly labelled: Uint32Array | undefined;
}

/** Reads or draws the split; throws if a part has no nodes. */
export function readSplits(npz: Npz, nodes: number, options: SplitOptions): Split {
  const { split, seed, labelled } = options;
  const parts = Object.entries(PARTS).map(([part, names]) =>
    [part, names, names.find((name) => npz.has(name))] as const
  );
  if (parts.every(([, , name]) => name === undefined)) {
    const drawn = randomSplit(nodes, new Random(seed, split), labelled);
    if (Object.values(drawn).every(({ length }) => length > 0)) return drawn;
    throw npz.broken(
      `it has no split, and ${labelled?.length ?? nodes} nodes with a label: expected at least 4 ` +
        "to draw one from, or train_masks, val_masks and test_masks",
    );
  }
  const taken = new Map<number, string>();
  const read = Object.fromEntries(parts.map(([part, [usual], name]) => {
    if (name !== undefined) return [part, readPart(npz, name, nodes, split, taken)];
    throw npz.broken(
      `entry ${usual} is missing: expected all of train_masks, val_masks and test_masks, or none ` +
        `for a split that is drawn, it has ${npz.listed}`,
    );
  }));
  return read as unknown as Split;
}

/** Reads the nodes of a part; `taken` maps the nodes read so far to where they were named. */
function readPart(
  npz: Npz,
  name: string,
  nodes: number,
  split: number,
  taken: Map<number, string>,
): Uint32Array {
  const array = npz.read(name);
  const { splits, members } = layoutOf(npz, name, array, nodes);
  if (split >= splits) {
    throw new RangeError(
      `Cannot take split ${split} of ${npz.path} as ${name} has ${splits}, numbered from 0`,
    );
  }
  const part: number[] = [];
  for (const [node, at] of members(split)) {
    const here = place(name, array.shape, at);
    const other = taken.get(node);
    if (other !== undefined) {
      throw npz.broken(`${here} is set as ${other} is: expected each node in one part only`);
    }
    taken.set(node, here);
    part.push(node);
  }
  if (part.length > 0) return Uint32Array.from(part).sort();
  const of = array.shape.length === 1 ? name : `${name}[${split}]`;
  throw npz.broken(`${of} has no nodes: expected some in each part`);
}

interface Layout {
  readonly splits: number;
  /** The nodes of one split, each with its position among the values. */
  readonly members: (split: number) => Iterable<[node: number, at: number]>;
}

/**
 * Recognises masks [splits, nodes], [nodes, splits] or [nodes], and lists of nodes [splits, any] or
 * [any].
 */
function layoutOf(npz: Npz, name: string, array: NpyArray, nodes: number): Layout {
  const { shape, data } = array;
  const [rows, cols] = shape.length === 1 ? [1, shape[0]!] : shape;
  if (shape.length < 1 || shape.length > 2 || rows === undefined || cols === undefined) {
    throw npz.broken(
      `entry ${name} has the wrong shape: expected (any, ${nodes}), a mask of the nodes for each ` +
        `split, found (${shape.join(", ")})`,
    );
  }
  const mask = (from: number, step: number) =>
    function* (split: number): Iterable<[number, number]> {
      for (let node = 0, at = split * from; node < nodes; node++, at += step) {
        if (data[at] === 0) continue;
        if (data[at] === 1) yield [node, at];
        else throw npz.broken(`${place(name, shape, at)} is ${data[at]}: expected 0 or 1`);
      }
    };
  if (cols === nodes) return { splits: rows, members: mask(nodes, 1) };
  if (rows === nodes) return { splits: cols, members: mask(1, cols) };
  return {
    splits: rows,
    *members(split) {
      const list = checkIndices(npz, name, array, nodes);
      for (let at = split * cols; at < (split + 1) * cols; at++) yield [list[at]!, at];
    },
  };
}
