/** The bench's training step: ours, and the data that another library needs to take the same step. */
import type { Device } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { shapeOf } from "../../models/model.ts";
import { RevGnn, type RevGnnOptions } from "../../models/rev_gnn.ts";
import { stateDict } from "../../training/files/state_dict.ts";
import { initialValues } from "../../training/steps/initial_values.ts";
import type { StoredTensor } from "../../training/files/safetensors.ts";
import { Trainer } from "../../training/steps/trainer.ts";
import type { BenchStep } from "./peer_ratio.ts";

const LEARNING_RATE = 1e-3;
/** Steps whose losses are compared: the second depends on the first one's gradients and update. */
const PROOF = 2;

/**
 * A training step of a RevGNN: loss, gradients and Adam's update; or, unless it `updates`, loss and
 * gradients alone.
 */
export async function openStep(
  gpu: Device,
  data: Graph,
  options: RevGnnOptions,
  { updates }: { updates: boolean },
): Promise<BenchStep & Disposable> {
  const { layers, groups = 2, dropout = 0 } = options;
  const model = new RevGnn(options, shapeOf(data));
  const values = initialValues(model, data, 0);
  const graph = new DeviceGraph(gpu, data);
  const take = async (trainer: Trainer) => {
    if (updates) await trainer.step(graph, LEARNING_RATE);
    else await trainer.gradients(graph);
    // Waits for the device by a read of 16 bytes, whatever the model.
    const [loss] = await gpu.read(trainer.losses);
    return loss![0]!;
  };
  const losses: number[] = [];
  {
    const without = new RevGnn({ ...options, dropout: 0 }, shapeOf(data));
    using trainer = new Trainer(gpu, without, values, { seed: 0 });
    for (let step = 0; step < PROOF; step++) losses.push(await take(trainer));
  }
  const trainer = new Trainer(gpu, model, values, { seed: 0 });
  const settings = { layers, groups, learning_rate: LEARNING_RATE };
  return {
    data: {
      tensors: new Map([...graphTensors(data), ...stateDict(model.layout, values)]),
      settings: Object.fromEntries(Object.entries(settings).map(([name, n]) => [name, `${n}`])),
    },
    losses,
    dropout,
    async take() {
      await take(trainer);
    },
    [Symbol.dispose]() {
      trainer[Symbol.dispose]();
      graph[Symbol.dispose]();
    },
  };
}

/** A graph's tensors by name. */
export function graphTensors(graph: Graph): Map<string, StoredTensor> {
  const { rowPtr, colIdx, x, oneHot, edgeFeatures, labels, split } = graph;
  const matrix = ({ rows, cols, data }: Matrix) => ({ shape: [rows, cols], data });
  const vector = (data: Uint32Array) => ({ shape: [data.length], data });
  return new Map<string, StoredTensor>([
    ["row_ptr", vector(rowPtr)],
    ["col_idx", vector(colIdx)],
    ["edge_features", matrix(edgeFeatures)],
    ["x", matrix(x)],
    ...oneHot ? [["one_hot", matrix(oneHot)] as const] : [],
    ["labels", matrix(labels)],
    ["train_nodes", vector(split.train)],
  ]);
}
