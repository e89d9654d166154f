/** The goldens of tests/goldens: PyTorch's training steps, as graph, model and named tensors. */
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { buildModel } from "../../models/build.ts";
import { type Model, type ModelOptions, shapeOf } from "../../models/model.ts";
import { valuesOf } from "../../training/checkpoints.ts";
import { decodeSafetensors, type StoredTensor } from "../../training/safetensors.ts";

export interface Golden {
  readonly graph: Graph;
  readonly model: Model;
  /** The weights before the first step, in the flat buffer's order. */
  readonly values: Float32Array;
  /** A tensor's values. */
  data(name: string): Float32Array;
  /** Flat values from the tensors whose names begin so: `grad.`, `after.`. */
  prefixed(prefix: string): Float32Array;
  readonly seed: number;
  readonly learningRate: number;
}

/** Reads `tests/goldens/<name>.safetensors`. */
export function loadGolden(name: string): Golden {
  const file = new URL(`../goldens/${name}.safetensors`, import.meta.url);
  const { tensors, metadata } = decodeSafetensors(Deno.readFileSync(file), name);
  const graph = graphOf(name, tensors);
  const [layers, channels, groups, dropout] = ["layers", "channels", "groups", "dropout"]
    .map((option) => Number(metadata[option]));
  const model = buildModel({
    kind: metadata.model as ModelOptions["kind"],
    layers: layers!,
    channels: channels!,
    groups: groups!,
    dropout: dropout!,
    convolution: metadata.convolution as ModelOptions["convolution"],
    norm: metadata.norm as ModelOptions["norm"],
  }, shapeOf(graph));
  const names = model.layout.matrices.flatMap(({ tensors }) => tensors.map(({ name }) => name));
  const prefixed = (prefix: string) => {
    // Running statistics have no gradients: their values stand in.
    const ours = names.map((name) =>
      [name, tensors.get(prefix + name) ?? tensors.get(name)!] as const
    );
    return valuesOf(model.layout, new Map(ours), name);
  };
  return {
    graph,
    model,
    values: prefixed(""),
    data: (tensor) => tensors.get(tensor)!.data as Float32Array,
    prefixed,
    seed: Number(metadata.seed),
    learningRate: Number(metadata.learning_rate),
  };
}

function graphOf(name: string, tensors: ReadonlyMap<string, StoredTensor>): Graph {
  const matrix = (name: string): Matrix => {
    const { shape: [rows, cols], data } = tensors.get(name)!;
    return { rows: rows!, cols: cols!, data: data as Float32Array };
  };
  const indices = (name: string) => Uint32Array.from(tensors.get(name)!.data as Int32Array);
  const rowPtr = indices("row_ptr");
  const none = new Uint32Array(0);
  return {
    name,
    nodes: rowPtr.length - 1,
    rowPtr,
    colIdx: indices("col_idx"),
    edgeFeatures: matrix("edge_features"),
    x: matrix("x"),
    ...tensors.has("one_hot") && { oneHot: matrix("one_hot") },
    labels: matrix("labels"),
    split: { train: indices("train_nodes"), valid: none, test: none },
  };
}
