/**
 * Converts an OGB archive to one file of arrays in the order that graphs have them. Each direction of
 * an edge has its own copy of the features: twice the disk, but opening is only reading, without a
 * permutation of gigabytes. They are written piece by piece, so that memory holds one copy.
 */
import type { ArrayShape } from "../files/array_file.ts";
import { ArrayFileWriter } from "../files/array_file_writer.ts";
import { compress, type Rows } from "../csr.ts";
import { bothWays, type EdgeList } from "../distinct_edges.ts";
import type { Matrix, Split } from "../graph.ts";
import { mostColumns, takeRows, zeros } from "../matrix.ts";
import { OGB_DATASETS, type OgbDataset, type OgbName } from "../published/ogb.ts";
import { OgbArchive, type OnRows } from "./ogb_archive.ts";
import { membersOf } from "./ogb_members.ts";
import {
  countRows,
  readClasses,
  readCount,
  readEdges,
  readMatrix,
  readSpecies,
  readSplit,
  readTasks,
} from "./ogb_tables.ts";

/** Goes up whenever the arrays change, so that no version misreads another's file. */
export const OGB_FORMAT = "1";

/** Edges whose features are written at a time. */
const PIECE = 2 ** 16;

/** How large a data set was. */
export interface Converted {
  readonly nodes: number;
  /** Edges of the archive, each counted once. */
  readonly edges: number;
}

/**
 * Converts the archive or unpacked folder `from` to the file `to`, which appears when it is complete
 * and records `source`, the digest of what it came from.
 */
export async function convertOgb(
  name: OgbName,
  from: string,
  to: string,
  { onRows, source }: { readonly onRows?: OnRows | undefined; readonly source?: string } = {},
): Promise<Converted> {
  const dataset: OgbDataset = OGB_DATASETS[name];
  using archive = await OgbArchive.open(from, dataset.root, onRows);
  const at = membersOf(dataset);
  const nodes = at.nodeCount === undefined
    ? await countRows(archive, at.labels)
    : await readCount(archive, at.nodeCount, at.labels);
  const edges = await readCount(archive, at.edgeCount, at.edges, 2);
  // The small tables first: errors in them show within seconds.
  const split = await readSplit(archive, at.split, nodes);
  const targets = await targetsOf(archive, dataset, nodes, split);
  const species = dataset.species && await readSpecies(archive, nodes);
  const { rows, features, x } = await edgesOf(archive, dataset, nodes, edges);
  const arrays: Record<string, Stored> = {
    row_ptr: stored(rows.rowPtr),
    col_idx: stored(rows.colIdx),
    ...features && {
      edge_features: { type: "F32", shape: [rows.colIdx.length, features.cols], data: features },
    },
    x: { type: "F32", shape: [nodes, x.cols], data: x.data },
    ...targets,
    ...species && { species: stored(species) },
    train: stored(split.train),
    valid: stored(split.valid),
    test: stored(split.test),
  };
  const metadata = { name, format: OGB_FORMAT, ...source !== undefined && { source } };
  using writer = await ArrayFileWriter.create(to, arrays, metadata);
  for (const [array, { data }] of Object.entries(arrays)) {
    if (ArrayBuffer.isView(data)) await writer.append(array, data);
    else await appendFeatures(writer, array, data, rows.edge);
  }
  await writer.finish();
  return { nodes, edges };
}

/** An array in memory; edge features are still in the archive's order. */
interface Stored extends ArrayShape {
  readonly data: Float32Array | Uint32Array | Matrix;
}

function stored(data: Uint32Array): Stored {
  return { type: "U32", shape: [data.length], data };
}

async function targetsOf(
  archive: OgbArchive,
  dataset: OgbDataset,
  nodes: number,
  split: Split,
): Promise<Record<string, Stored>> {
  const { classes } = dataset;
  const { labels } = membersOf(dataset);
  if (classes !== undefined) {
    return { classes: stored(await readClasses(archive, labels, nodes, classes, split)) };
  }
  const { data, cols } = await readTasks(archive, labels, nodes);
  return { labels: { type: "F32", shape: [nodes, cols], data } };
}

async function edgesOf(
  archive: OgbArchive,
  dataset: OgbDataset,
  nodes: number,
  edges: number,
): Promise<{ rows: Rows; features?: Matrix; x: Matrix }> {
  const { inverse, species } = dataset;
  const at = membersOf(dataset);
  const x = species ? undefined : await readMatrix(archive, at.nodeFeatures, nodes, "node");
  const list = await readEdges(archive, at.edges, nodes, edges);
  const { sources, targets } = inverse ? bothWays(list) : list;
  const rows = compress(nodes, sources, targets);
  if (x) return { rows, x };
  const features = await readMatrix(archive, at.edgeFeatures, edges, "edge");
  if (features.cols > mostColumns(nodes)) {
    throw new SyntaxError(
      `Cannot read ${archive.path} as ${at.edgeFeatures} has ${features.cols} columns: expected at ` +
        `most ${mostColumns(nodes)}, as its ${nodes} nodes have their sums`,
    );
  }
  return { rows, features, x: endSums(nodes, list, features) };
}

/** x_i = Σ u_e over the edges e of i: an edge adds its features to both of its ends. */
function endSums(nodes: number, { sources, targets }: EdgeList, features: Matrix): Matrix {
  const { data, cols } = features;
  const sums = new Float64Array(nodes * cols);
  for (let e = 0, at = 0; e < sources.length; e++) {
    const [source, target] = [sources[e]! * cols, targets[e]! * cols];
    for (let c = 0; c < cols; c++, at++) {
      sums[source + c]! += data[at]!;
      sums[target + c]! += data[at]!;
    }
  }
  const x = zeros(nodes, cols);
  x.data.set(sums);
  return x;
}

/** Appends features in the rows' order; an edge number beyond the archive's is the reverse of an edge. */
async function appendFeatures(
  writer: ArrayFileWriter,
  name: string,
  features: Matrix,
  edge: Uint32Array,
): Promise<void> {
  for (let begin = 0; begin < edge.length; begin += PIECE) {
    const piece = edge.slice(begin, begin + PIECE);
    for (let k = 0; k < piece.length; k++) piece[k]! %= features.rows;
    await writer.append(name, takeRows(features, piece).data);
  }
}
