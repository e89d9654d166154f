/** One training step of a model, read back whole: what the tests of models compare. */
import type { Graph } from "../../graphs/graph.ts";
import { DeviceGraph } from "../../gpu/device_graph.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import { paddedCols } from "../../gpu/tensor.ts";
import { bce } from "../../kernels/bce.ts";
import type { BlockSaved } from "../../layers/block.ts";
import type { HeadSaved } from "../../layers/head.ts";
import { Parameters } from "../../layers/parameters.ts";
import type { Stored } from "../../layers/reversible.ts";
import { disposeAll } from "../../models/frame.ts";
import type { Model } from "../../models/model.ts";
import type { RevGnn } from "../../models/rev_gnn.ts";
import { readGradients, stateDict } from "../../training/checkpoints.ts";
import { dropoutKeys, STREAMS } from "../../training/dropout_keys.ts";
import { largestError } from "../reference/matrix.ts";

export interface Step {
  /** [nodes × tasks] */
  readonly logits: Float32Array;
  readonly loss: number;
  /** In the flat buffer's order. */
  readonly gradients: Float32Array;
}

/** The first training step of a run with this seed, without the update. */
export async function stepOf(
  gpu: Gpu,
  model: Model,
  graph: Graph,
  values: Float32Array,
  seed: number,
): Promise<Step> {
  using device = new DeviceGraph(gpu, graph);
  using parameters = new Parameters(gpu, model.layout, values);
  using keys = gpu.upload({ data: dropoutKeys(seed, 1), rows: 1, cols: STREAMS });
  gpu.clear(parameters.gradients);
  const run = { graph: device, parameters, masks: { keys, rate: model.options.dropout } };
  const forward = await model.forward(run);
  using logits = forward.logits;
  using loss = gpu.empty(1, 1);
  using dLogits = bce(device, logits, loss);
  await model.backward(run, dLogits, forward.saved);
  const [ofNodes, ofAll] = await gpu.read(logits, loss);
  return { logits: ofNodes!, loss: ofAll![0]!, gradients: await readGradients(parameters) };
}

interface RevGnnStored {
  readonly layers: readonly Stored<BlockSaved>[][];
  readonly head: HeadSaved;
}

/** The same network with all its activations stored: its backward pass rebuilds nothing. */
export function storing({ options, layout, classifier, frame, evaluate }: RevGnn): Model {
  const model: Model<RevGnnStored> = {
    options,
    layout,
    classifier,
    evaluate,
    forward(run) {
      const x = frame.encode(run);
      const layers = frame.layers.map((layer) => layer.forwardStored(run, x));
      const { logits, saved: head } = frame.classify(run, x);
      disposeAll(x);
      return { logits, saved: { layers, head } };
    },
    backward(run, dLogits, { layers, head }) {
      const dx = frame.classifyBackward(run, dLogits, head);
      for (let i = layers.length - 1; i >= 0; i--) {
        frame.layers[i]!.backwardStored(run, layers[i]!, dx);
      }
      frame.encodeBackward(run, dx);
      disposeAll(dx);
    },
  };
  return model as Model;
}

/** Fails unless each tensor equals its like to `tolerance`, relative to its own largest value. */
export function assertTensorsClose(
  { layout }: Model,
  actual: Float32Array,
  expected: Float32Array,
  tolerance: number,
): void {
  const expectations = stateDict(layout, expected);
  for (const [name, { data }] of stateDict(layout, actual)) {
    assertValuesClose(name, data, expectations.get(name)!.data, tolerance);
  }
}

/**
 * The same for whole matrices, a map and its bias as one: the gradient of a bias in front of a batch
 * norm is 0 but for roundings, which have nothing to be relative to but the map's.
 */
export function assertMatricesClose(
  { layout }: Pick<Model, "layout">,
  actual: Float32Array,
  expected: Float32Array,
  tolerance: number,
): void {
  for (const { name, offset, rows, cols } of layout.parameters) {
    const [begin, end] = [offset / 4, offset / 4 + rows * paddedCols(cols)];
    assertValuesClose(name, actual.slice(begin, end), expected.slice(begin, end), tolerance);
  }
}

/** Fails unless values equal what is expected to `tolerance`, relative to the largest of them. */
export function assertValuesClose(
  name: string,
  actual: ArrayLike<number | bigint>,
  expected: ArrayLike<number | bigint>,
  tolerance: number,
): void {
  const error = largestError(Array.from(actual, Number), Array.from(expected, Number));
  if (!(error <= tolerance)) throw new Error(`${name} is off by ${error}, allowed ${tolerance}`);
}
