/** Graphs of classes in files that parts are read from, and in memory. */
import type { Graph } from "../../../graphs/graph.ts";
import { compress } from "../../../graphs/csr.ts";
import { GraphFileWriter } from "../../../graphs/parts/graph_file_writer.ts";
import { Random } from "../../../graphs/random.ts";

const CLASSES = 3;

/** A graph of classes with these edges; some nodes have no label, and the split's parts do not ascend. */
export function graphOf(
  nodes: number,
  edges: readonly (readonly [source: number, target: number])[],
  features = 5,
): Graph {
  const random = new Random(nodes, 7);
  const ends = (end: 0 | 1) => Uint32Array.from(edges, (edge) => edge[end]);
  const { rowPtr, colIdx } = compress(nodes, ends(0), ends(1));
  const labels = { data: new Float32Array(nodes * CLASSES), rows: nodes, cols: CLASSES };
  const known = random.permutation(nodes).slice(0, Math.max(3, Math.floor(nodes * 0.7)));
  for (const node of known) labels.data[node * CLASSES + random.below(CLASSES)] = 1;
  const third = Math.floor(known.length / 3);
  return {
    name: "in a file",
    nodes,
    rowPtr,
    colIdx,
    edgeFeatures: { data: new Float32Array(0), rows: colIdx.length, cols: 0 },
    x: {
      // Numbers that float16 holds.
      data: Float32Array.from({ length: nodes * features }, () => random.below(200) / 8 - 12),
      rows: nodes,
      cols: features,
    },
    labels,
    classes: true,
    split: {
      train: known.slice(0, third),
      valid: known.slice(third, 2 * third),
      test: known.slice(2 * third, 3 * third), // of 3 known and more, one may be left out
    },
  };
}

/** Writes a graph of classes, in pieces of so many nodes, with room for edges that do not come. */
export async function writeGraphFile(
  path: string,
  { name, nodes, rowPtr, colIdx, x, labels, split }: Graph,
  { half = false, piece = 7 }: { readonly half?: boolean; readonly piece?: number } = {},
): Promise<void> {
  const classOf = Array.from(
    { length: nodes },
    (_, node) => labels.data.subarray(node * labels.cols, (node + 1) * labels.cols).indexOf(1),
  );
  const labelled = classOf.flatMap((of, node) => of < 0 ? [] : [node]);
  using writer = await GraphFileWriter.create(path, {
    ...{ name, nodes, half, split, features: x.cols, classes: labels.cols },
    mostEdges: colIdx.length + 11,
    labelled: Uint32Array.from(labelled),
    classOf: Uint32Array.from(labelled, (node) => classOf[node]!),
  });
  for (let begin = 0; begin < nodes; begin += piece) {
    const end = Math.min(nodes, begin + piece);
    const counts = rowPtr.slice(begin, end).map((from, k) => rowPtr[begin + k + 1]! - from);
    await writer.addRows(counts, colIdx.slice(rowPtr[begin], rowPtr[end]));
    const values = x.data.slice(begin * x.cols, end * x.cols);
    await writer.addFeatures(half ? Float16Array.from(values) : values);
  }
  await writer.finish();
}
