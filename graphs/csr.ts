/** Compressed sparse rows by counting sort: O(nodes + edges), no comparisons, no object per edge. */
import type { Graph, Matrix } from "./graph.ts";
import { takeRows } from "./matrix.ts";

/** Rows of neighbours: those of row i are at rowPtr[i] … rowPtr[i + 1] - 1. */
export interface Rows {
  /** [nodes + 1] */
  readonly rowPtr: Uint32Array;
  /** [edges] */
  readonly colIdx: Uint32Array;
  /** [edges]: each edge's position before sorting. */
  readonly edge: Uint32Array;
}

/** Sorts edges into rows by target, sources ascending; repeated edges keep their order. */
export function compress(nodes: number, sources: Uint32Array, targets: Uint32Array): Rows {
  if (sources.length !== targets.length) {
    throw new RangeError(
      `Cannot build a graph as every edge needs both ends: ` +
        `found ${sources.length} sources and ${targets.length} targets`,
    );
  }
  checkEnds("sources", sources, nodes);
  checkEnds("targets", targets, nodes);
  // Stable by source, then stable by target: sources end up ascending within each row.
  const bySource = group(sources, nodes);
  const { rowPtr, order: edge } = group(targets, nodes, bySource.order);
  return { rowPtr, colIdx: edge.map((e) => sources[e]!), edge };
}

/** Sorts edges with their features into rows by target. `edgeFeatures` has a row per edge. */
export function fromEdges(
  nodes: number,
  sources: Uint32Array,
  targets: Uint32Array,
  edgeFeatures: Matrix,
): Pick<Graph, "rowPtr" | "colIdx" | "edgeFeatures"> {
  if (edgeFeatures.rows !== sources.length) {
    throw new RangeError(
      `Cannot build a graph as edgeFeatures must have one row per edge: ` +
        `found ${edgeFeatures.rows} rows and ${sources.length} edges`,
    );
  }
  const { rowPtr, colIdx, edge } = compress(nodes, sources, targets);
  return { rowPtr, colIdx, edgeFeatures: takeRows(edgeFeatures, edge) };
}

/** Rows of out-edges. */
export interface OutEdges extends Rows {
  /** [edges]: the position of each out-edge in its target's row of in-edges. */
  readonly place: Uint32Array;
}

/** Rows of out-edges: for j → i, row j holds i, and `edge` is the edge's position in `graph`. */
export function transpose(graph: Pick<Graph, "nodes" | "rowPtr" | "colIdx">): OutEdges {
  const { nodes, colIdx: sources } = graph;
  const rowPtr = countRows(sources, nodes);
  const next = rowPtr.slice();
  const colIdx = new Uint32Array(sources.length);
  const edge = new Uint32Array(sources.length);
  const place = new Uint32Array(sources.length);
  for (let i = 0; i < nodes; i++) {
    const [begin, end] = [graph.rowPtr[i]!, graph.rowPtr[i + 1]!];
    for (let e = begin; e < end; e++) {
      const to = next[sources[e]!]!++;
      colIdx[to] = i;
      edge[to] = e;
      place[to] = e - begin;
    }
  }
  return { rowPtr, colIdx, edge, place };
}

/** Stable counting sort of the positions of `keys`, visited in `visit`'s order or ascending. */
function group(
  keys: Uint32Array,
  nodes: number,
  visit?: Uint32Array,
): { rowPtr: Uint32Array; order: Uint32Array } {
  const rowPtr = countRows(keys, nodes);
  const next = rowPtr.slice();
  const order = new Uint32Array(keys.length);
  for (let k = 0; k < keys.length; k++) {
    const e = visit ? visit[k]! : k;
    order[next[keys[e]!]!++] = e;
  }
  return { rowPtr, order };
}

/** [nodes + 1]: row pointers of these keys. */
function countRows(keys: Uint32Array, nodes: number): Uint32Array {
  const rowPtr = new Uint32Array(nodes + 1);
  for (let e = 0; e < keys.length; e++) rowPtr[keys[e]! + 1]!++;
  for (let i = 0; i < nodes; i++) rowPtr[i + 1]! += rowPtr[i]!;
  return rowPtr;
}

function checkEnds(what: string, ends: Uint32Array, nodes: number): void {
  const e = ends.findIndex((node) => node >= nodes);
  if (e < 0) return;
  throw new RangeError(
    `Cannot build a graph of ${nodes} nodes as an edge leaves it: ` +
      `${what}[${e}] is ${ends[e]}, expected below ${nodes}`,
  );
}
