/**
 * Converts ogbn-papers100M, which OGB publishes as arrays, to a file that parts are read from. Nothing is
 * held whole but a few bytes a node: edges are sorted on the disk, features go from file to file.
 */
import { GraphFileWriter } from "../parts/graph_file_writer.ts";
import { EdgeSorter } from "../parts/edge_sorter.ts";
import { type ArrayStream, NpzStreams } from "../npz/npz_streams.ts";
import { PAPERS, PAPERS_NAME } from "../published/papers.ts";
import { OgbArchive, type OnRows } from "./ogb_archive.ts";
import type { Converted } from "./ogb_convert.ts";
import { readSplit } from "./ogb_tables.ts";
import { edgePairs, readClassesOf, readSize } from "./papers_arrays.ts";

/** Node numbers are 32 bits wide. */
const MOST_NODES = 2 ** 32 - 1;

/**
 * Converts the folder `from`, which the archive was unpacked to, to the file `to`. Edges are given both ways,
 * each once, as OGB's own examples train (PyTorch Geometric's `to_undirected`).
 */
export async function convertPapers(
  from: string,
  to: string,
  { onRows, source }: { readonly onRows?: OnRows | undefined; readonly source?: string } = {},
): Promise<Converted> {
  using archive = await OgbArchive.open(from, PAPERS.root, onRows);
  using data = await NpzStreams.open(await archive.fileOf("raw/data.npz"));
  using labels = await NpzStreams.open(await archive.fileOf("raw/node-label.npz"));
  const nodes = await readSize(data, "num_nodes_list", 1, MOST_NODES);
  const edges = await readSize(data, "num_edges_list", 0, 2 ** 48);
  const x = await featuresOf(data, nodes);
  const split = await readSplit(archive, PAPERS.split, nodes);
  const known = await readClassesOf(labels, nodes, PAPERS.classes, split);
  using sorter = new EdgeSorter(`${to}.edges`, { nodes, edges: 2 * edges });
  let read = 0;
  for await (const { sources, targets } of edgePairs(data, nodes, edges)) {
    sorter.add(sources, targets);
    sorter.add(targets, sources);
    onRows?.("edges, dealt out", read += sources.length, edges);
  }
  const options = { name: PAPERS_NAME, nodes, mostEdges: 2 * edges, classes: PAPERS.classes };
  const half = x.type === "f2";
  const [, features] = x.shape as [number, number];
  using writer = await GraphFileWriter.create(to, {
    ...{ ...options, features, half, split, source, ...known },
  });
  let rows = 0;
  for (const { counts, sources } of sorter.rows()) {
    await writer.addRows(counts, sources);
    onRows?.("rows of edges", rows += counts.length, nodes);
  }
  await copyFeatures(data, x, writer, onRows);
  await writer.finish();
  return { nodes, edges };
}

/** The features' header, checked. */
async function featuresOf(data: NpzStreams, nodes: number): Promise<ArrayStream> {
  const x = await data.array("node_feat");
  const { type, shape, fortran } = x;
  if (shape.length !== 2 || shape[0] !== nodes || shape[1] === 0) {
    throw data.broken(
      `entry node_feat has the wrong shape: expected (${nodes}, any), found (${shape.join(", ")})`,
    );
  }
  if (type !== "f2" && type !== "f4") {
    throw data.broken(`entry node_feat is of type ${type}: expected f4 or f2`);
  }
  if (!fortran) return x;
  throw data.broken("entry node_feat is in Fortran's order: expected it row after row, in C's");
}

async function copyFeatures(
  data: NpzStreams,
  x: ArrayStream,
  writer: GraphFileWriter,
  onRows: OnRows | undefined,
): Promise<void> {
  const [nodes, cols] = x.shape as [number, number];
  const Values = x.type === "f2" ? Float16Array : Float32Array;
  let done = 0;
  for await (const { buffer, byteLength } of x.pieces(cols)) {
    const values = new Values(buffer, 0, byteLength / x.bytes);
    const stray = strayIn(values);
    if (stray >= 0) {
      const [node, col] = [done + Math.floor(stray / cols), stray % cols];
      throw data.broken(
        `node_feat[${node}, ${col}] is ${values[stray]}: expected a finite number`,
      );
    }
    await writer.addFeatures(values);
    onRows?.("features", done += values.length / cols, nodes);
  }
}

/** The position of the first NaN or infinity: those whose exponent has all bits set. */
function strayIn(values: Float32Array<ArrayBuffer> | Float16Array<ArrayBuffer>): number {
  const words = values instanceof Float32Array
    ? new Uint32Array(values.buffer, values.byteOffset, values.length)
    : new Uint16Array(values.buffer, values.byteOffset, values.length);
  const exponent = values instanceof Float32Array ? 0x7f800000 : 0x7c00;
  for (let at = 0; at < words.length; at++) if ((words[at]! & exponent) === exponent) return at;
  return -1;
}
