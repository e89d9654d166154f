/**
 * A graph on the device: rows of in-edges, rows of out-edges for the way back, features, targets. Edges
 * are in blocks of rows that a binding covers; a graph has one of each unless it is large.
 */
import { transpose } from "../graphs/csr.ts";
import type { Graph } from "../graphs/graph.ts";
import { attentionScales, type EndScales, meanScales, symmetricScales } from "../graphs/scales.ts";
import { type InBlock, type OutBlock, uploadInEdges, uploadOutEdges } from "./edge_blocks.ts";
import { formatBytes } from "./format_bytes.ts";
import type { Gpu } from "./gpu.ts";
import { line, type Tensor } from "./tensor.ts";

/** What an edge is scaled with at its ends, as graphs/scales.ts defines it. [1, nodes] each. */
export interface DeviceEndScales {
  readonly target: Tensor;
  readonly source: Tensor;
}

/** A normalised adjacency, as graphs/scales.ts defines it. */
export interface DeviceScales extends DeviceEndScales {
  readonly self: Tensor;
}

export class DeviceGraph implements Disposable {
  readonly nodes: number;
  /** In-edges of the node that has most. */
  readonly longestRow: number;
  readonly edges: number;
  readonly edgeFeatureCount: number;
  /** [1, nodes + 1] each: rows of in-edges and of out-edges, counted over all blocks. */
  readonly rowPtr: Tensor;
  readonly outPtr: Tensor;
  readonly inBlocks: readonly InBlock[];
  readonly outBlocks: readonly OutBlock[];
  /** [nodes, features] */
  readonly x: Tensor;
  /** [nodes, categories] */
  readonly oneHot: Tensor | undefined;
  /** [nodes, tasks] */
  readonly labels: Tensor;
  /** [1, nodes] u32: 1 for training nodes. */
  readonly trains: Tensor;
  readonly trainingNodes: number;
  /** The same nodes on the processor, for what is drawn among them. */
  readonly train: Uint32Array;
  /** Whether the labels are one class of many: see Graph. */
  readonly classes: boolean;
  #symmetric: DeviceScales | undefined;
  #mean: DeviceScales | undefined;
  #attention: DeviceEndScales | undefined;
  #outEdge: Tensor | undefined;

  constructor(readonly gpu: Gpu, private readonly graph: Graph) {
    const outEdges = transpose(graph);
    this.nodes = graph.nodes;
    this.longestRow = longestRow(graph);
    this.edges = graph.colIdx.length;
    this.edgeFeatureCount = graph.edgeFeatures.cols;
    this.rowPtr = gpu.upload(line(graph.rowPtr));
    this.inBlocks = uploadInEdges(gpu, graph);
    this.outPtr = gpu.upload(line(outEdges.rowPtr));
    this.outBlocks = uploadOutEdges(gpu, outEdges, placesInRows(graph, outEdges));
    this.x = gpu.upload(graph.x);
    this.oneHot = graph.oneHot && gpu.upload(graph.oneHot);
    this.labels = gpu.upload(graph.labels);
    const trains = new Uint32Array(graph.nodes);
    for (const node of graph.split.train) trains[node] = 1;
    this.trains = gpu.upload(line(trains));
    this.train = graph.split.train;
    this.trainingNodes = graph.split.train.length;
    this.classes = graph.classes ?? false;
  }

  /** GCN's adjacency, on the device from its first use on. */
  get symmetric(): DeviceScales {
    return this.#symmetric ??= this.#upload(symmetricScales(this.graph));
  }

  /** The mean over in-edges, on the device from its first use on. */
  get mean(): DeviceScales {
    return this.#mean ??= this.#upload(meanScales(this.graph));
  }

  /** The degrees' roots of symmetric attention, on the device from their first use on. */
  get attention(): DeviceEndScales {
    return this.#attention ??= this.#upload(attentionScales(this.graph));
  }

  /** [1, edges]: where each out-edge stands among all in-edges; on the device from its first use on. */
  get outEdge(): Tensor {
    return this.#outEdge ??= this.gpu.upload(line(transpose(this.graph).edge));
  }

  /** [1, edges] each, of a graph whose edges are in one block; otherwise these throw a sentence. */
  get colIdx(): Tensor {
    return this.#only(this.inBlocks).colIdx;
  }

  get outIdx(): Tensor {
    return this.#only(this.outBlocks).outIdx;
  }

  get outPlace(): Tensor {
    return this.#only(this.outBlocks).outPlace;
  }

  /** [edges, edge features], likewise. */
  get edgeFeatures(): Tensor {
    return this.#only(this.inBlocks).edgeFeatures;
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

  /** An array that stands for two scales becomes one tensor. */
  #upload<S extends EndScales>(scales: S): { readonly [Name in keyof S]: Tensor } {
    const entries = Object.entries(scales) as [keyof S, Float32Array][];
    const arrays = new Set(entries.map(([, data]) => data));
    const tensors = new Map(Array.from(arrays, (data) => [data, this.gpu.upload(line(data))]));
    return Object.fromEntries(
      entries.map(([name, data]) => [name, tensors.get(data)!]),
    ) as { [Name in keyof S]: Tensor };
  }

  [Symbol.dispose](): void {
    const { rowPtr, outPtr, x, oneHot, labels, trains } = this;
    for (const tensor of [rowPtr, outPtr, x, oneHot, labels, trains, this.#outEdge]) {
      tensor?.[Symbol.dispose]();
    }
    for (const { colIdx, edgeFeatures } of this.inBlocks) {
      for (const tensor of [colIdx, edgeFeatures]) tensor[Symbol.dispose]();
    }
    for (const { outIdx, outPlace } of this.outBlocks) {
      for (const tensor of [outIdx, outPlace]) tensor[Symbol.dispose]();
    }
    // A tensor may stand for two scales.
    for (const scales of [this.#symmetric, this.#mean, this.#attention]) {
      for (const tensor of new Set(Object.values(scales ?? {}))) tensor[Symbol.dispose]();
    }
  }
}

function longestRow({ nodes, rowPtr }: Graph): number {
  let longest = 0;
  for (let i = 0; i < nodes; i++) longest = Math.max(longest, rowPtr[i + 1]! - rowPtr[i]!);
  return longest;
}

function placesInRows(
  graph: Graph,
  outEdges: { colIdx: Uint32Array; edge: Uint32Array },
): Uint32Array {
  return outEdges.edge.map((edge, k) => edge - graph.rowPtr[outEdges.colIdx[k]!]!);
}
