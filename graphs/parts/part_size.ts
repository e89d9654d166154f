/**
 * Bounds the size of a run's random parts before they are drawn: memory is taken once, for the largest,
 * and forecasts know it.
 */
import type { Graph } from "../graph.ts";
import { checkParts, partBounds } from "./partition.ts";
import type { Random } from "../random.ts";
import { isStored, type PartedGraph } from "./stored_graph.ts";

/** A bound on all parts of a run. */
export interface PartSize {
  /** Nodes of the largest part; the smallest has as many or one fewer. */
  readonly nodes: number;
  /** Nodes of the smallest part. */
  readonly fewestNodes: number;
  /** Edges within a part. */
  readonly edges: number;
  /** In-edges of a node within its part. */
  readonly longestRow: number;
}

/** Most in-edges to count exactly: about half a second. */
const COUNTED = 2 ** 27;

/** Standard deviations that a bound adds to the mean: about one part in a thousand million exceeds it. */
const DEVIATIONS = 6;

/** The size of the whole graph, as a single part. */
export function wholeSize({ nodes, rowPtr, colIdx }: Graph): PartSize {
  let longestRow = 0;
  for (let i = 0; i < nodes; i++) longestRow = Math.max(longestRow, rowPtr[i + 1]! - rowPtr[i]!);
  return { nodes, fewestNodes: nodes, edges: colIdx.length, longestRow };
}

/**
 * A bound on the parts of all partitions that `draws` draw: counted edge by edge, or, if that would
 * take long or the graph stays in its file, estimated by `boundOf`.
 */
export function partSize(
  graph: PartedGraph,
  parts: number,
  draws: readonly (() => Random)[],
): PartSize {
  checkParts(graph.nodes, parts);
  if (isStored(graph)) return boundOf(graph.degrees, parts);
  const { nodes, colIdx } = graph;
  if (parts === 1) return wholeSize(graph);
  if (draws.length * (colIdx.length + nodes) > COUNTED) return boundOf(degreesOf(graph), parts);
  const size = { ...nodesOf(nodes, parts), edges: 0, longestRow: 0 };
  for (const draw of draws) countInto(size, graph, parts, draw());
  return size;
}

/** A bound that holds for both. */
export function largerOf(a: PartSize, b: PartSize): PartSize {
  return {
    nodes: Math.max(a.nodes, b.nodes),
    fewestNodes: Math.min(a.fewestNodes, b.fewestNodes),
    edges: Math.max(a.edges, b.edges),
    longestRow: Math.max(a.longestRow, b.longestRow),
  };
}

/** What `boundOf` depends on. */
export interface Degrees {
  /** Number of nodes. */
  readonly nodes: number;
  /** Number of edges, each direction counted. */
  readonly edges: number;
  /** Most in-edges of a node. */
  readonly longestRow: number;
  /** Mean over the nodes of (c − c̄)², c a node's in- and out-edges. */
  readonly variance: number;
}

/**
 * The mean and six standard deviations of a part's edges and of its longest row. For a share p of the nodes,
 * drawn without replacement, the edges' variance is p³ (1 − p) Σ (c − c̄)² of how many ends nodes have,
 * and p² (1 − p)² of each edge, twice that as the way back may be an edge as well.
 */
export function boundOf(
  { nodes, edges, longestRow, variance }: Degrees,
  parts: number,
): PartSize {
  const size = nodesOf(nodes, parts);
  const share = size.nodes / nodes;
  const rest = share * (1 - share);
  const deviation = Math.sqrt(share * share * rest * nodes * variance + 2 * rest * rest * edges);
  const row = longestRow * share + DEVIATIONS * (1 + Math.sqrt(longestRow * rest));
  return {
    ...size,
    edges: Math.min(edges, Math.ceil(share * share * edges + DEVIATIONS * (1 + deviation))),
    longestRow: Math.min(longestRow, Math.ceil(row)),
  };
}

function nodesOf(nodes: number, parts: number) {
  return { nodes: Math.ceil(nodes / parts), fewestNodes: Math.floor(nodes / parts) };
}

function countInto(
  size: { edges: number; longestRow: number },
  { nodes, rowPtr, colIdx }: Graph,
  parts: number,
  random: Random,
): void {
  const order = random.permutation(nodes);
  const partOf = new Uint32Array(nodes);
  for (let part = 0; part < parts; part++) {
    const [begin, end] = partBounds(nodes, parts, part);
    for (let k = begin; k < end; k++) partOf[order[k]!] = part;
  }
  const edges = new Float64Array(parts);
  for (let i = 0; i < nodes; i++) {
    const part = partOf[i]!;
    let kept = 0;
    for (let e = rowPtr[i]!; e < rowPtr[i + 1]!; e++) if (partOf[colIdx[e]!] === part) kept++;
    edges[part]! += kept;
    if (kept > size.longestRow) size.longestRow = kept;
  }
  for (const count of edges) if (count > size.edges) size.edges = count;
}

function degreesOf(graph: Graph): Degrees {
  const { nodes, rowPtr, colIdx } = graph;
  const ends = new Uint32Array(nodes);
  for (const source of colIdx) ends[source]!++;
  for (let i = 0; i < nodes; i++) ends[i]! += rowPtr[i + 1]! - rowPtr[i]!;
  const mean = 2 * colIdx.length / nodes;
  const variance = ends.reduce((sum, count) => sum + (count - mean) ** 2, 0) / nodes;
  return { ...wholeSize(graph), variance };
}
