/** Makes graphs of a given size without content, for dry runs: those depend on sizes alone. */
import type { GraphOutline } from "../graph.ts";
import { zeros } from "../matrix.ts";
import type { PartSize } from "./part_size.ts";
import type { PreparedGraph } from "../prepare.ts";

/** A graph with the columns of `of`, but of the given size; its edges are spread over all nodes. */
export function blankGraph(
  { oneHot, labels, ...of }: GraphOutline,
  { nodes, edges, longestRow }: PartSize,
): PreparedGraph {
  const words = () => new Uint32Array(nodes);
  const scale = () => new Float32Array(nodes);
  const rowPtr = Uint32Array.from({ length: nodes + 1 }, (_, i) => Math.floor(i * edges / nodes));
  const colIdx = new Uint32Array(edges);
  const ofNodes = <M extends { cols: number }>({ cols }: M) => zeros(nodes, cols);
  const trains = Math.max(1, Math.round(of.split.train.length * nodes / of.nodes));
  const shared = scale();
  return {
    ...of,
    nodes,
    rowPtr,
    colIdx,
    edgeFeatures: zeros(edges, of.edgeFeatures.cols),
    x: ofNodes(of.x),
    ...oneHot && { oneHot: ofNodes(oneHot) },
    labels: ofNodes(labels),
    split: { ...of.split, train: Uint32Array.from({ length: trains }, (_, node) => node) },
    longestRow,
    outEdges: { rowPtr, colIdx, edge: colIdx, place: colIdx },
    trains: words(),
    // As in graphs/degree_scales.ts, one array may stand for two scales.
    degreeScales: {
      symmetric: { target: shared, source: shared, self: scale() },
      mean: { target: scale(), source: scale(), self: scale() },
      attention: { target: scale(), source: scale() },
    },
  };
}
