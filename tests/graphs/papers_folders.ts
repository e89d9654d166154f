/** Folders in ogbn-papers100M's layout, small, and what they stand for. */
import { gzipSync } from "node:zlib";
import { compress } from "../../graphs/csr.ts";
import type { Graph } from "../../graphs/graph.ts";
import { Random } from "../../graphs/random.ts";
import { array, npy, type WrittenArray } from "./npz_writer.ts";
import { type ZipLayout, zipOf } from "./zip_writer.ts";

export const NAME = "ogbn-papers100M";
const CLASSES = 172;
export const NODES = 50;
export const COLS = 3;

const random = new Random(8);
/** Citations, some of them twice, or back as well, or of a paper by itself. */
export const EDGES = [
  ...Array.from({ length: 120 }, () => [random.below(NODES - 5), random.below(NODES - 5)]),
  ...[[3, 4], [4, 3], [3, 4], [7, 7], [7, 7]],
] as [number, number][];
export const X = Array.from({ length: NODES * COLS }, () => random.below(100) / 4 - 10);
export const LABELLED = [...random.permutation(NODES).slice(0, 30)];
export const CLASS = Array.from(
  { length: NODES },
  (_, i) => LABELLED.includes(i) ? (i * 37) % 172 : NaN,
);
export const SPLIT = {
  train: LABELLED.slice(0, 12),
  valid: LABELLED.slice(12, 20),
  test: LABELLED.slice(20, 29),
};

export type Arrays = Record<string, WrittenArray | Uint8Array>;

export const DATA: Arrays = {
  edge_index: array("<i8", [2, EDGES.length], [0, 1].flatMap((end) => EDGES.map((e) => e[end]!))),
  node_feat: array("<f4", [NODES, COLS], X),
  node_year: array("<i8", [NODES, 1], CLASS.map(() => 2015)),
  num_nodes_list: array("<i8", [1], [NODES]),
  num_edges_list: array("<i8", [1], [EDGES.length]),
};
const LABELS: Arrays = { node_label: array("<f4", [NODES, 1], CLASS) };

/** The graph as to_undirected() makes it: each pair once in each direction. */
export function papersInMemory(): Graph {
  const both = EDGES.flatMap(([a, b]) => [[a, b], [b, a]]);
  const distinct = [...new Set(both.map((ends) => ends.join()))].map((ends) => ends.split(","));
  const ends = (end: 0 | 1) => Uint32Array.from(distinct, (edge) => Number(edge[end]));
  const { rowPtr, colIdx } = compress(NODES, ends(0), ends(1));
  const labels = { data: new Float32Array(NODES * CLASSES), rows: NODES, cols: CLASSES };
  CLASS.forEach((of, node) => Number.isNaN(of) || (labels.data[node * CLASSES + of] = 1));
  const [train, valid, test] = [SPLIT.train, SPLIT.valid, SPLIT.test].map((part) =>
    Uint32Array.from(part)
  ) as [Uint32Array, Uint32Array, Uint32Array];
  return {
    ...{ name: NAME, nodes: NODES, rowPtr, colIdx, labels, classes: true },
    edgeFeatures: { data: new Float32Array(0), rows: colIdx.length, cols: 0 },
    x: { data: Float32Array.from(X), rows: NODES, cols: COLS },
    split: { train, valid, test },
  };
}

export interface Written {
  readonly data?: Arrays;
  readonly labels?: Arrays;
  readonly layout?: ZipLayout;
  readonly split?: Record<string, readonly number[]>;
}

/** Writes the folder that the archive unpacks to. */
export async function writePapers(
  folder: string,
  { data = DATA, labels = LABELS, layout, split = SPLIT }: Written,
) {
  await Deno.mkdir(`${folder}/raw`, { recursive: true });
  await Deno.mkdir(`${folder}/split/time`, { recursive: true });
  const members = (arrays: Arrays) =>
    Object.fromEntries(
      Object.entries(arrays).map(([name, of]) => [
        `${name}.npy`,
        of instanceof Uint8Array ? of : npy(of),
      ]),
    );
  await Deno.writeFile(`${folder}/raw/data.npz`, zipOf(members(data), layout));
  await Deno.writeFile(`${folder}/raw/node-label.npz`, zipOf(members(labels), layout));
  for (const [part, nodes] of Object.entries(split)) {
    const table = nodes.map((node) => `${node}\n`).join("");
    await Deno.writeFile(`${folder}/split/time/${part}.csv.gz`, new Uint8Array(gzipSync(table)));
  }
}
