/** One training step of a model, read back whole: what the tests of models compare. */
import type { Graph, Matrix } from "../../graphs/graph.ts";
import { type Device, paddedCols, type Tensor } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { copy } from "../../kernels/copy_columns.ts";
import { disposeAll } from "../../models/trunk.ts";
import type { Model } from "../../models/model.ts";
import type { RevGnn } from "../../models/rev_gnn.ts";
import { readGradients, stateDict } from "../../training/files/state_dict.ts";
import type { Loss, TrainingGiven } from "../../training/settings.ts";
import { Trainer } from "../../training/steps/trainer.ts";
import { largestError } from "../reference/matrix.ts";

export interface Step {
  /** [nodes × tasks] */
  readonly logits: Float32Array;
  readonly loss: number;
  /** In the flat buffer's order. */
  readonly gradients: Float32Array;
}

/** What a step is taken by, where it is not the default. */
export interface StepOptions {
  readonly loss?: Loss;
  /** What training is told besides. */
  readonly training?: TrainingGiven;
  /** [nodes, classes] */
  readonly teacher?: Matrix | undefined;
  /** Which step of the run it is; default 1. */
  readonly step?: number;
}

/** One training step of a run with this seed, from these values, without the update. */
export async function stepOf(
  gpu: Device,
  model: Model,
  graph: Graph,
  values: Float32Array,
  seed: number,
  { loss, training, teacher, step = 1 }: StepOptions = {},
): Promise<Step> {
  const logits: Tensor[] = [];
  using device = new DeviceGraph(gpu, graph);
  using trainer = new Trainer(gpu, keepingLogits(model, logits), values, {
    ...{ ...training, seed, loss },
  });
  using taught = teacher && gpu.upload(teacher);
  trainer.restore(step - 1, trainer.moments.map(({ cols }) => new Float32Array(cols)));
  await trainer.gradients(device, 0, taught);
  const [losses, ofNodes] = await gpu.read(trainer.losses, ...logits);
  disposeAll(logits);
  const gradients = await readGradients(trainer.parameters);
  return { logits: ofNodes!, loss: losses![0]!, gradients };
}

/** The same model, which leaves a copy of a training step's logits. */
function keepingLogits(model: Model, logits: Tensor[]): Model {
  const { options, layout, classifier } = model;
  return {
    options,
    layout,
    classifier,
    predict: (pass) => model.predict(pass),
    async forward(pass) {
      const forward = await model.forward(pass);
      logits.push(copy(forward.logits));
      return forward;
    },
  };
}

/** The same network whose backward pass rebuilds nothing: it starts each layer from its stored input. */
export function storing(model: RevGnn): Model {
  const { options, layout, classifier } = model;
  return {
    options,
    layout,
    classifier,
    predict: (pass) => model.predict(pass),
    forward: (pass) => model.forwardStored(pass),
  };
}

/** Fails unless each tensor equals its like to `tolerance`, relative to its own largest value. */
export function assertTensorsClose(
  { layout }: Pick<Model, "layout">,
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
