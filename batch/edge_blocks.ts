/**
 * Edges in blocks of whole rows, each small enough for one binding: kernels over edges run once a
 * block.
 */
import type { OutEdges } from "../graphs/csr.ts";
import type { Graph } from "../graphs/graph.ts";
import type { PartSize } from "../graphs/parts/part_size.ts";
import type { AdapterInfo } from "../gpu/adapter.ts";
import { formatBytes } from "../gpu/format_bytes.ts";
import { blockRows } from "../gpu/row_blocks.ts";
import { type Device, paddedCols, rowVector, type Tensor, tensorBytes } from "../gpu/tensor.ts";

/** A range of rows, and the range of their edges. */
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
  /** [edges, edge features]; no columns if they are left out */
  readonly edgeFeatures: Tensor;
  /** [1, edges], if edges have weights */
  readonly weights: Tensor | undefined;
}

/** Rows of out-edges by source. */
export interface OutBlock extends EdgeRange {
  /** [1, edges] */
  readonly outIdx: Tensor;
  /** [1, edges]: the position of each out-edge in its target's row of in-edges. */
  readonly outPlace: Tensor;
  /** [1, edges], if edges have weights */
  readonly weights: Tensor | undefined;
}

/** What is uploaded with the edges, and for which graphs there must be room. */
interface EdgesUse {
  /** [edges]: the in-edges' weights, if any. */
  readonly weights?: Float32Array | undefined;
  /** For graphs that take turns on the device: a bound on all of them. */
  readonly size?: PartSize | undefined;
}

/** Uploads in-edges with all `cols` columns of their features; `cols` = 0 leaves the features out. */
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
      gpu.upload(rowVector(data.subarray(firstEdge, end)), "graph", tensorBytes(1, most));
    return {
      ...range,
      colIdx: upload(colIdx),
      edgeFeatures: gpu.upload(features, "graph", tensorBytes(most, cols)),
      weights: weights && upload(weights),
    };
  });
}

/** Bytes of an in-edge in the larger of its block's tensors. */
function bytesOfEdge(features: number): number {
  return Math.max(Uint32Array.BYTES_PER_ELEMENT, 4 * paddedCols(features));
}

/** Uploads out-edges; `weights`, given in the order of in-edges, are reordered. */
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
      gpu.upload(rowVector(data), "graph", tensorBytes(1, most));
    return {
      ...range,
      outIdx: upload(part(colIdx)),
      outPlace: upload(part(place)),
      weights: weights && upload(Float32Array.from(part(edge), (e) => weights[e]!)),
    };
  });
}

/** Most edges of this block among graphs of this size: each block before it may lack a unit's edges. */
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
 * Splits rows into as few ranges as bindings allow at `edgeBytes` an edge; at least one. Each range has
 * whole blocks of reductions over rows.
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
