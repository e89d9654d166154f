/**
 * A graph's tensors on the device: rows of in-edges, rows of out-edges for the backward pass, features
 * and labels. Edges are in blocks of rows, each small enough for one binding; only a large graph has
 * more than one.
 */
import type { Graph } from "../graphs/graph.ts";
import type { PartSize } from "../graphs/parts/part_size.ts";
import { prepare, type PreparedGraph } from "../graphs/prepare.ts";
import { type EndScales, weightsOf } from "../graphs/degree_scales.ts";
import { type InBlock, type OutBlock, uploadInEdges, uploadOutEdges } from "./edge_blocks.ts";
import { formatBytes } from "../gpu/format_bytes.ts";
import { type Device, rowVector, type Tensor, tensorBytes } from "../gpu/tensor.ts";
import { LabelInputs } from "./label_inputs.ts";
import { type RowPointers, uploadPointers } from "./long_rows.ts";
import { PartRoom } from "./part_room.ts";

/** What to upload of a graph; default all of it. */
export interface GraphUse {
  /** Whether to upload edge features; without them the graph counts as having none. */
  readonly edgeFeatures?: boolean | undefined;
  /** Whether to upload edge weights; without them every edge weighs 1. */
  readonly weights?: boolean | undefined;
  /** Whether to upload out-edges, for the backward pass. */
  readonly backward?: boolean;
  /**
   * For a random part: a bound on all parts that take turns on the device. All of them, and all tensors
   * made while they are there, then use the same memory.
   */
  readonly size?: PartSize | undefined;
}

/** Factors that multiply an edge at its two ends, [1, nodes] each: see graphs/degree_scales.ts. */
export interface DeviceEndScales {
  /** The factor of each node as the target of an edge. */
  readonly target: Tensor;
  /** The factor of each node as the source of an edge. */
  readonly source: Tensor;
}

/** A normalised adjacency: see graphs/degree_scales.ts. */
export interface DeviceDegreeScales extends DeviceEndScales {
  /** [1, nodes]: the factor of a node's own features. */
  readonly self: Tensor;
}

/**
 * A graph's edges, features and labels on the device, for any number of passes; disposing of it frees
 * them.
 */
export class DeviceGraph implements Disposable {
  /** Nodes of the graph. */
  readonly nodes: number;
  /** Most in-edges of a node, here or in a part that takes turns with this one. */
  readonly longestRow: number;
  /** Directed edges of the graph. */
  readonly edges: number;
  /** Most edges, here or in a part that takes turns with this one: tensors have room for so many. */
  readonly mostEdges: number;
  /** Columns of the edge features; 0 where none are on the device. */
  readonly edgeFeatureCount: number;
  /** Rows of in-edges. */
  readonly inRows: RowPointers;
  /** In-edges, in blocks of rows. */
  readonly inBlocks: readonly InBlock[];
  /** [nodes, features] */
  readonly x: Tensor;
  /** [nodes, categories] */
  readonly oneHot: Tensor | undefined;
  /** [nodes, tasks] */
  readonly labels: Tensor;
  /** [1, nodes] u32: 1 for training nodes. */
  readonly trains: Tensor;
  /** How many nodes are trained on. */
  readonly trainingNodes: number;
  /** The training nodes on the processor, for random draws among them. */
  readonly train: Uint32Array;
  /** Whether the labels are one class of many: see Graph. */
  readonly classes: boolean;
  /** What tells which labels are inputs. */
  readonly labelInputs: LabelInputs;
  #rootScale: Tensor | undefined;
  #symmetric: DeviceDegreeScales | undefined;
  #mean: DeviceDegreeScales | undefined;
  #attention: DeviceEndScales | undefined;
  readonly #out: { readonly rows: RowPointers; readonly blocks: readonly OutBlock[] } | undefined;
  readonly #outEdges = new Map<OutBlock, Tensor>();
  #trainingLabels: number | undefined;
  /** Whether other graphs take turns with this one on the device. */
  readonly #takesTurns: boolean;
  /** What is uploaded, or counted, at its first use. */
  readonly #later: Pick<PreparedGraph, "degreeScales" | "labels" | "split" | "outEdges">;

  /** Uploads a graph, and prepares it first unless that is done. */
  constructor(readonly gpu: Device, graph: Graph | PreparedGraph, use: GraphUse = {}) {
    const { edgeFeatures = true, weights: weighted = true, backward = true, size } = use;
    const weights = weighted ? weightsOf(graph) : undefined;
    const prepared = "degreeScales" in graph ? graph : prepare(graph, backward);
    const { degreeScales } = prepared;
    const outEdges = backward ? prepared.outEdges : undefined;
    const { labels, split } = graph;
    this.#later = { degreeScales, labels, split, outEdges };
    this.nodes = graph.nodes;
    this.longestRow = Math.max(prepared.longestRow, size?.longestRow ?? 0);
    this.edges = graph.colIdx.length;
    this.edgeFeatureCount = edgeFeatures ? graph.edgeFeatures.cols : 0;
    this.mostEdges = Math.max(this.edges, size?.edges ?? 0);
    this.#takesTurns = size !== undefined;
    if (size) gpu.begin(new PartRoom(graph.nodes, size));
    using scope = gpu.scope("all");
    const most = { nodes: Math.max(graph.nodes, size?.nodes ?? 0), edges: this.mostEdges };
    this.inRows = uploadPointers(gpu, graph.rowPtr, most);
    this.inBlocks = uploadInEdges(gpu, graph, this.edgeFeatureCount, { weights, size });
    if (outEdges) {
      const rows = uploadPointers(gpu, outEdges.rowPtr, most);
      this.#out = { rows, blocks: uploadOutEdges(gpu, outEdges, { weights, size }) };
    }
    this.x = gpu.upload(graph.x);
    this.oneHot = graph.oneHot && gpu.upload(graph.oneHot);
    this.labels = gpu.upload(graph.labels);
    this.trains = gpu.upload(rowVector(prepared.trains));
    this.train = graph.split.train;
    this.trainingNodes = graph.split.train.length;
    this.classes = graph.classes ?? false;
    this.labelInputs = new LabelInputs(gpu, graph, this.trains);
    scope.keep();
  }

  /** GCN's adjacency, uploaded at its first use. */
  get symmetric(): DeviceDegreeScales {
    return this.#symmetric ??= this.#upload(this.#later.degreeScales.symmetric);
  }

  /** The mean over in-edges, uploaded at its first use. */
  get mean(): DeviceDegreeScales {
    return this.#mean ??= this.#upload(this.#later.degreeScales.mean);
  }

  /**
   * The sum over in-edges by the root of their number, which leaves what neighbours have of their own as
   * large as it was; uploaded at its first use.
   */
  get rooted(): DeviceDegreeScales {
    const { target } = this.#later.degreeScales.mean;
    this.#rootScale ??= this.gpu.upload(rowVector(target.map(Math.sqrt)));
    return { ...this.mean, target: this.#rootScale };
  }

  /** Roots of the degrees for symmetric attention, uploaded at their first use. */
  get attention(): DeviceEndScales {
    return this.#attention ??= this.#upload(this.#later.degreeScales.attention);
  }

  /** [1, nodes + 1]: rows of in-edges, counted over all blocks; what follows are long rows. */
  get rowPtr(): Tensor {
    return this.inRows.ptr;
  }

  /** Rows of out-edges. */
  get outRows(): RowPointers {
    return this.#backward(this.#out).rows;
  }

  /** [1, nodes + 1]: rows of out-edges, counted over all blocks; what follows are long rows. */
  get outPtr(): Tensor {
    return this.outRows.ptr;
  }

  /** Out-edges, in blocks of rows; throws a sentence if they were not uploaded. */
  get outBlocks(): readonly OutBlock[] {
    return this.#backward(this.#out).blocks;
  }

  /** [1, edges]: the position of each out-edge of a block among all in-edges; uploaded at its first use. */
  outEdgeOf(block: OutBlock): Tensor {
    const found = this.#outEdges.get(block);
    if (found !== undefined) return found;
    const { edge } = this.#backward(this.#later.outEdges);
    const ofBlock = edge.subarray(block.firstEdge, block.firstEdge + block.edges);
    const { bytes } = block.outIdx.allocation;
    const outEdge = this.gpu.upload(rowVector(ofBlock), "graph", bytes);
    this.#outEdges.set(block, outEdge);
    return outEdge;
  }

  /** A tensor [rows, edges] of undefined content. */
  ofEdges(rows: number): Tensor {
    const bytes = tensorBytes(rows, this.mostEdges);
    return this.gpu.empty(rows, this.edges, "activations", bytes);
  }

  /** Number of labels that training nodes have; among tasks, some may be missing. */
  get trainingLabels(): number {
    return this.#trainingLabels ??= presentLabels(this.#later);
  }

  /** [1, edges]: the source of each in-edge; throws a sentence if they are in several blocks. */
  get colIdx(): Tensor {
    return this.#only(this.inBlocks).colIdx;
  }

  /** [1, edges]: the target of each out-edge; throws likewise. */
  get outIdx(): Tensor {
    return this.#only(this.outBlocks).outIdx;
  }

  /** [1, edges]: the position of each out-edge among all in-edges; throws likewise. */
  get outEdge(): Tensor {
    return this.outEdgeOf(this.#only(this.outBlocks));
  }

  #only<Block>(blocks: readonly Block[]): Block {
    if (blocks.length === 1) return blocks[0]!;
    throw new RangeError(
      `Cannot take a graph's ${this.edges} edges at once: they are in ${blocks.length} blocks, as a ` +
        `binding of the adapter covers ${
          formatBytes(this.gpu.adapter.maxBindingBytes)
        }, use more parts`,
    );
  }

  #backward<Rows>(rows: Rows | undefined): Rows {
    if (rows !== undefined) return rows;
    throw new TypeError(
      "Cannot go back over a graph's edges: it is on the device for evaluations only",
    );
  }

  /** Uploads scales; an array that stands for two of them becomes one tensor. */
  #upload<S extends EndScales>(scales: S): { readonly [Name in keyof S]: Tensor } {
    const entries = Object.entries(scales) as [keyof S, Float32Array][];
    const arrays = new Set(entries.map(([, data]) => data));
    const tensors = new Map(Array.from(arrays, (data) => [data, this.gpu.upload(rowVector(data))]));
    return Object.fromEntries(
      entries.map(([name, data]) => [name, tensors.get(data)!]),
    ) as { [Name in keyof S]: Tensor };
  }

  /** Frees all of the graph's tensors. */
  [Symbol.dispose](): void {
    if (this.#takesTurns) this.gpu.begin(undefined);
    const { rowPtr, x, oneHot, labels, trains } = this;
    for (const tensor of [rowPtr, this.#out?.rows.ptr, x, oneHot, labels, trains]) {
      tensor?.[Symbol.dispose]();
    }
    this.labelInputs[Symbol.dispose]();
    this.#rootScale?.[Symbol.dispose]();
    for (const tensor of this.#outEdges.values()) tensor[Symbol.dispose]();
    for (const { colIdx, edgeFeatures, weights } of this.inBlocks) {
      for (const tensor of [colIdx, edgeFeatures, weights]) tensor?.[Symbol.dispose]();
    }
    for (const { outIdx, outPlace, weights } of this.#out?.blocks ?? []) {
      for (const tensor of [outIdx, outPlace, weights]) tensor?.[Symbol.dispose]();
    }
    // A tensor may stand for two scales.
    for (const scales of [this.#symmetric, this.#mean, this.#attention]) {
      for (const tensor of new Set(Object.values(scales ?? {}))) tensor[Symbol.dispose]();
    }
  }
}

function presentLabels(
  { labels: { data, cols }, split }: Pick<Graph, "labels" | "split">,
): number {
  let present = 0;
  for (const node of split.train) {
    for (let at = node * cols; at < (node + 1) * cols; at++) {
      if (!Number.isNaN(data[at])) present++;
    }
  }
  return present;
}
