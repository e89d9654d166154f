/** A graph on the device: rows of in-edges, rows of out-edges for the way back, features, targets. */
import type { Graph } from "../graphs/graph.ts";
import { prepare, type PreparedGraph } from "../graphs/prepare.ts";
import type { EndScales } from "../graphs/scales.ts";
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
  /** What goes up, or is counted, at its first use. */
  readonly #later: Pick<PreparedGraph, "scales" | "labels" | "split"> & { outEdge: Uint32Array };

  /** Uploads a prepared graph; any other is prepared on the spot. */
  constructor(readonly gpu: Gpu, graph: Graph | PreparedGraph) {
    const prepared = "outEdges" in graph ? graph : prepare(graph);
    const { outEdges, scales } = prepared;
    const { labels, split } = graph;
    this.#later = { scales, labels, split, outEdge: outEdges.edge };
    this.nodes = graph.nodes;
    this.longestRow = prepared.longestRow;
    this.rowPtr = gpu.upload(line(graph.rowPtr));
    this.colIdx = gpu.upload(line(graph.colIdx));
    this.edgeFeatures = gpu.upload(graph.edgeFeatures);
    this.outPtr = gpu.upload(line(outEdges.rowPtr));
    this.outIdx = gpu.upload(line(outEdges.colIdx));
    this.outPlace = gpu.upload(line(outEdges.place));
    this.x = gpu.upload(graph.x);
    this.oneHot = graph.oneHot && gpu.upload(graph.oneHot);
    this.labels = gpu.upload(graph.labels);
    this.trains = gpu.upload(line(prepared.trains));
    this.train = graph.split.train;
    this.trainingNodes = graph.split.train.length;
    this.classes = graph.classes ?? false;
  }

  /** GCN's adjacency, on the device from its first use on. */
  get symmetric(): DeviceScales {
    return this.#symmetric ??= this.#upload(this.#later.scales.symmetric);
  }

  /** The mean over in-edges, on the device from its first use on. */
  get mean(): DeviceScales {
    return this.#mean ??= this.#upload(this.#later.scales.mean);
  }

  /** The degrees' roots of symmetric attention, on the device from their first use on. */
  get attention(): DeviceEndScales {
    return this.#attention ??= this.#upload(this.#later.scales.attention);
  }

  /** [1, edges]: where each out-edge stands among all in-edges; on the device from its first use on. */
  get outEdge(): Tensor {
    return this.#outEdge ??= this.gpu.upload(line(this.#later.outEdge));
  }

  /** Labels that training nodes have: of tasks, some may be missing. */
  get trainingLabels(): number {
    return this.#trainingLabels ??= presentLabels(this.#later);
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
