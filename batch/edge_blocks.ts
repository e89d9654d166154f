/** Edges in blocks of whole rows that a binding covers: kernels that walk over edges run once a block. */
import type { OutEdges } from "../graphs/csr.ts";
import type { Graph } from "../graphs/graph.ts";
import type { PartSize } from "../graphs/parts/part_size.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import { formatBytes } from "../gpu/format_bytes.ts";
import { blockRows } from "../gpu/row_blocks.ts";
import { type Device, line, paddedCols, type Tensor, tensorBytes } from "../gpu/tensor.ts";

/** Rows, and their edges among all. */
export interface EdgeRange {
  /** The first of the rows. */
  readonly firstRow: number;
  /** How many rows there are. */
  readonly rows: number;
  /** The first of their edges. */
  readonly firstEdge: number;
  /** How many edges they have together. */
  readonly edges: number;
}

/** Rows of in-edges by target. */
export interface InBlock extends EdgeRange {
  /** [1, edges] */
  readonly colIdx: Tensor;
  /** [edges, edge features], or no column of them */
  readonly edgeFeatures: Tensor;
  /** [1, edges], where they have weights */
  readonly weights: Tensor | undefined;
}

/** Rows of out-edges by source. */
export interface OutBlock extends EdgeRange {
  /** [1, edges] */
  readonly outIdx: Tensor;
  /** [1, edges]: where each out-edge stands in its target's row of in-edges. */
  readonly outPlace: Tensor;
  /** [1, edges], where they have weights */
  readonly weights: Tensor | undefined;
}

/** What edges go up with beside themselves. */
interface EdgesUse {
  /** [edges]: the in-edges' weights, where there are any. */
  readonly weights?: Float32Array | undefined;
  /** Of graphs that take one another's place, with room for the largest. */
  readonly size?: PartSize | undefined;
}

/** With all features of an edge, or `cols` = 0 of them. */
export function uploadInEdges(
  gpu: Device,
  { rowPtr, colIdx, edgeFeatures: { data } }: Graph,
  cols: number,
  { weights, size }: EdgesUse = {},
): InBlock[] {
  const edgeBytes = bytesOfEdge(cols);
  return edgeBlocks(rowPtr, edgeBytes, gpu.adapter).map((range, block) => {
    const { firstEdge, edges } = range;
    const end = firstEdge + edges;
    const features = { data: data.subarray(firstEdge * cols, end * cols), rows: edges, cols };
    const most = Math.max(edges, size ? mostEdges(size, block, edgeBytes, gpu.adapter) : 0);
    const upload = (data: Uint32Array | Float32Array) =>
      gpu.upload(line(data.subarray(firstEdge, end)), "graph", tensorBytes(1, most));
    return {
      ...range,
      colIdx: upload(colIdx),
      edgeFeatures: gpu.upload(features, "graph", tensorBytes(most, cols)),
      weights: weights && upload(weights),
    };
  });
}

/** What an in-edge takes of the larger of its block's tensors. */
function bytesOfEdge(features: number): number {
  return Math.max(Uint32Array.BYTES_PER_ELEMENT, 4 * paddedCols(features));
}

/** The weights in the order of the out-edges. */
export function uploadOutEdges(
  gpu: Device,
  { rowPtr, colIdx, edge, place }: OutEdges,
  { weights, size }: EdgesUse = {},
): OutBlock[] {
  const edgeBytes = Uint32Array.BYTES_PER_ELEMENT;
  return edgeBlocks(rowPtr, edgeBytes, gpu.adapter).map((range, block) => {
    const { firstEdge, edges } = range;
    const part = (data: Uint32Array) => data.subarray(firstEdge, firstEdge + edges);
    const most = Math.max(edges, size ? mostEdges(size, block, edgeBytes, gpu.adapter) : 0);
    const upload = (data: Uint32Array | Float32Array) =>
      gpu.upload(line(data), "graph", tensorBytes(1, most));
    return {
      ...range,
      outIdx: upload(part(colIdx)),
      outPlace: upload(part(place)),
      weights: weights && upload(Float32Array.from(part(edge), (e) => weights[e]!)),
    };
  });
}

/** Edges of a block at the most, among graphs of this size: those before it may lack a unit's each. */
function mostEdges(
  { nodes, edges, longestRow }: PartSize,
  block: number,
  edgeBytes: number,
  { maxBindingBytes }: Pick<AdapterInfo, "maxBindingBytes">,
): number {
  const most = Math.floor(maxBindingBytes / edgeBytes);
  if (block === 0) return Math.min(most, edges);
  const least = Math.max(0, most - blockRows(nodes) * longestRow);
  return Math.min(most, edges - block * least);
}

/** The rows of a tensor [nodes, cols] that a block's edges belong to. */
export function rowsOf(tensor: Tensor, { firstRow, rows }: EdgeRange): Tensor {
  return tensor.rowWindow(firstRow, rows);
}

/**
 * As few ranges as bindings allow, of edges that take so many bytes each; at least one. Reductions over
 * rows have whole blocks in each.
 */
export function edgeBlocks(
  rowPtr: Uint32Array,
  edgeBytes: number,
  { maxBindingBytes }: Pick<AdapterInfo, "maxBindingBytes">,
): EdgeRange[] {
  const nodes = rowPtr.length - 1;
  const unit = blockRows(nodes);
  const most = Math.floor(maxBindingBytes / edgeBytes);
  const ranges: EdgeRange[] = [];
  let first = 0;
  do {
    const firstEdge = rowPtr[first]!;
    const fits = (past: number) => rowPtr[past]! - firstEdge <= most;
    let past = Math.min(first + unit, nodes);
    if (!fits(past)) {
      throw tooMany(first, past, (rowPtr[past]! - firstEdge) * edgeBytes, maxBindingBytes);
    }
    while (past < nodes && fits(Math.min(past + unit, nodes))) past = Math.min(past + unit, nodes);
    ranges.push({
      firstRow: first,
      rows: past - first,
      firstEdge,
      edges: rowPtr[past]! - firstEdge,
    });
    first = past;
  } while (first < nodes);
  return ranges;
}

function tooMany(first: number, past: number, bytes: number, most: number): RangeError {
  return new RangeError(
    `Cannot hold a graph: the edges of nodes ${first} to ${past - 1} take ${formatBytes(bytes)}, ` +
      `a binding of the adapter covers ${formatBytes(most)}, use more parts`,
  );
}
