/** A graph on the device: rows of in-edges, rows of out-edges for the way back, features, targets. */
import { transpose } from "../graphs/csr.ts";
import type { Graph } from "../graphs/graph.ts";
import { attentionScales, type EndScales, meanScales, symmetricScales } from "../graphs/scales.ts";
import type { Gpu } from "./gpu.ts";
import type { Tensor } from "./tensor.ts";

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
  /** [1, nodes + 1] and [1, edges]: in-edges by target. */
  readonly rowPtr: Tensor;
  readonly colIdx: Tensor;
  /** [edges, edge features] */
  readonly edgeFeatures: Tensor;
  /** [1, nodes + 1] and [1, edges]: out-edges by source. */
  readonly outPtr: Tensor;
  readonly outIdx: Tensor;
  /** [1, edges]: where each out-edge stands in its target's row of in-edges. */
  readonly outPlace: Tensor;
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
  #trainingLabels: number | undefined;

  constructor(readonly gpu: Gpu, private readonly graph: Graph) {
    const outEdges = transpose(graph);
    this.nodes = graph.nodes;
    this.longestRow = longestRow(graph);
    this.rowPtr = gpu.upload(line(graph.rowPtr));
    this.colIdx = gpu.upload(line(graph.colIdx));
    this.edgeFeatures = gpu.upload(graph.edgeFeatures);
    this.outPtr = gpu.upload(line(outEdges.rowPtr));
    this.outIdx = gpu.upload(line(outEdges.colIdx));
    this.outPlace = gpu.upload(line(placesInRows(graph, outEdges)));
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

  /** Labels that training nodes have: of tasks, some may be missing. */
  get trainingLabels(): number {
    return this.#trainingLabels ??= presentLabels(this.graph);
  }

  get edges(): number {
    return this.colIdx.cols;
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
    const { rowPtr, colIdx, edgeFeatures, outPtr, outIdx, outPlace, x, oneHot, labels, trains } =
      this;
    for (
      const tensor of [
        rowPtr,
        colIdx,
        edgeFeatures,
        outPtr,
        outIdx,
        outPlace,
        x,
        oneHot,
        labels,
        trains,
        this.#outEdge,
      ]
    ) tensor?.[Symbol.dispose]();
    // A tensor may stand for two scales.
    for (const scales of [this.#symmetric, this.#mean, this.#attention]) {
      for (const tensor of new Set(Object.values(scales ?? {}))) tensor[Symbol.dispose]();
    }
  }
}

function line<Data extends Uint32Array | Float32Array>(data: Data) {
  return { data, rows: 1, cols: data.length };
}

function presentLabels({ labels: { data, cols }, split }: Graph): number {
  let present = 0;
  for (const node of split.train) {
    for (let at = node * cols; at < (node + 1) * cols; at++) {
      if (!Number.isNaN(data[at])) present++;
    }
  }
  return present;
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
