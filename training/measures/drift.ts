/**
 * Measures what it costs in accuracy not to store activations as they are: one training step's backward pass
 * as the model trains, against one in which every layer starts from its stored input.
 */
import type { PartedGraph } from "../../graphs/parts/stored_graph.ts";
import type { AdapterInfo } from "../../gpu/adapter.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import type { Device, Tensor } from "../../gpu/tensor.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { Parameters } from "../../layers/parameters.ts";
import type { TrainingPass } from "../../layers/pass.ts";
import { fixedValues } from "../../kernels/fixed_point.ts";
import { type Forward, type Model, usedBy } from "../../models/model.ts";
import type { DeqGnn, DeqGnnSaved } from "../../models/deq_gnn.ts";
import { RevGnn, type RevGnnSaved } from "../../models/rev_gnn.ts";
import { disposeAll } from "../../models/trunk.ts";
import { readGradients } from "../files/state_dict.ts";
import { dropoutKeys, KEYS } from "../steps/dropout_keys.ts";
import { type Batch, firstBatch } from "./first_batch.ts";
import { RangeWatch } from "../steps/range_watch.ts";
import { recordLoss } from "../steps/loss.ts";
import { type LossSettings, trainingSettings } from "../settings.ts";
import type { TrainOptions } from "../loop/train_options.ts";

/** Largest error relative to the largest value of what is compared, all parameters as one vector. */
export interface Drift {
  /**
   * Error of the first layer's input; of a reversible solve, which begins with zeros, relative to the
   * largest value of its last states. NaN where nothing is rebuilt.
   */
  readonly firstState: number;
  /** Error of all parameters' gradients. */
  readonly gradients: number;
}

/** Options of a measurement of drift. */
export interface DriftOptions extends Partial<LossSettings> {
  /** Seed of the masks, which are those of a run's first step. */
  readonly seed: number;
}

/** Throws a sentence unless the model rebuilds all its states. */
export function checkDrift(model: Model): asserts model is RevGnn | DeqGnn {
  if (model instanceof RevGnn) return;
  if (model.options.equilibrium?.gradient.kind === "reversible") return;
  throw new RangeError(
    `Cannot measure the drift of a ${model.options.kind}: only a rev-gnn rebuilds all its states, ` +
      "and a deq-gnn with the gradient reversible",
  );
}

/**
 * The drift of one training step on a batch at these flat values, which it does not change. Holds every
 * layer's input, [nodes, channels] each, on the device. Throws a sentence where the model is no RevGNN.
 */
export async function driftOf(
  gpu: Device,
  model: Model,
  batch: Batch,
  values: Float32Array,
  { seed, ...loss }: DriftOptions,
): Promise<Drift> {
  checkDrift(model);
  using scope = gpu.scope();
  using graph = new DeviceGraph(gpu, batch.graph, usedBy(model));
  using teacher = batch.teacher && gpu.upload(batch.teacher);
  using parameters = new Parameters(gpu, model.layout, values);
  using keys = gpu.upload({ data: dropoutKeys(seed, 1), rows: 1, cols: KEYS });
  const masks = { keys, rate: model.options.dropout };
  using watch = new RangeWatch(gpu, model);
  const { outsiders } = watch;
  const pass = { mode: "training", graph, parameters, masks, outsiders } as const;
  const by = { ...loss, teacher };
  const trained = await trainedWay(model, pass, by);
  const left = await watch.left(async function* () {
    yield pass;
  });
  if (left !== undefined) {
    console.warn(`note: the drift is no number: ${left}`);
    return { firstState: NaN, gradients: NaN };
  }
  const stored = await storedWay(model, pass, by);
  scope.keep();
  const rebuilds = model instanceof RevGnn ? model.options.activations === "rebuilt" : true;
  return {
    firstState: rebuilds ? relativeError(trained.firstState, stored.firstState, trained.size) : NaN,
    gradients: relativeError(trained.gradients, stored.gradients),
  };
}

/** The peak bytes of measuring it on a run's first batch, by a dry run; as `forecast`. */
export async function driftForecast(
  model: Model,
  graph: PartedGraph,
  options: TrainOptions,
  adapter?: AdapterInfo,
): Promise<number> {
  const { seed, ...others } = trainingSettings(options);
  using gpu = openDryRun(adapter);
  const values = new Float32Array(model.layout.valueWords);
  await driftOf(gpu, model, await firstBatch(graph, options), values, { ...others, seed });
  return gpu.ledger.peak;
}

/** The pass of a step whose gradients are read. */
interface Step extends TrainingPass {
  readonly parameters: Parameters;
}

/** The loss of a step. */
interface LearnsBy extends Partial<LossSettings> {
  readonly teacher?: Tensor | undefined;
}

/** The result of passing a step one way. */
interface Way {
  readonly firstState: Float64Array;
  /** What an error of the first state is relative to, if not to its largest value. */
  readonly size?: number | undefined;
  readonly gradients: Float32Array;
}

/** The model's own way, from the last state back to the first where activations are rebuilt. */
async function trainedWay(model: RevGnn | DeqGnn, pass: Step, by: LearnsBy): Promise<Way> {
  using forward = await model.forward(pass);
  const states = statesOf(forward.saved);
  const size = model instanceof RevGnn ? undefined : largest(await readState(states));
  await recordBackward(forward, pass, by);
  const firstState = await readState(states);
  return { firstState, size, gradients: await readGradients(pass.parameters) };
}

/** Every layer's input is stored, and its activations made again from it rather than from its output. */
async function storedWay(model: RevGnn | DeqGnn, pass: Step, by: LearnsBy): Promise<Way> {
  const encoded = model instanceof RevGnn ? await firstStateOf(model, pass) : undefined;
  using forward = await model.forwardStored(pass);
  const zeros = () => readState(statesOf(forward.saved)).then((state) => state.fill(0));
  const firstState = encoded ?? await zeros();
  await recordBackward(forward, pass, by);
  return { firstState, gradients: await readGradients(pass.parameters) };
}

/** The states that the way back turns into the first ones. */
function statesOf(saved: RevGnnSaved | DeqGnnSaved): readonly Tensor[] {
  return "equilibrium" in saved ? saved.equilibrium.reversible!.states : saved.x;
}

/** Records the gradients of a forward pass, and no others'. */
async function recordBackward(
  forward: Forward,
  { graph, parameters }: Step,
  by: LearnsBy,
): Promise<void> {
  const { gpu } = graph;
  gpu.clear(parameters.gradients);
  using loss = gpu.empty(1, 1);
  using dLogits = recordLoss(graph, forward.logits, loss, by);
  await forward.backward(dLogits);
}

async function firstStateOf(model: RevGnn, pass: Step): Promise<Float64Array> {
  const x = model.encode(pass);
  const state = await readState(x);
  disposeAll(x);
  return state;
}

/** The state's values, group after group. */
async function readState(x: readonly Tensor[]): Promise<Float64Array> {
  const words = await x[0]!.gpu.read(...x);
  const groups = words.map((words, i) => x[i]!.format === "fixed" ? fixedValues(words) : words);
  const state = new Float64Array(groups.reduce((sum, { length }) => sum + length, 0));
  groups.reduce((at, group) => (state.set(group, at), at + group.length), 0);
  return state;
}

/** NaN where any value is. */
function relativeError<Values extends Float32Array | Float64Array>(
  actual: Values,
  expected: Values,
  size = largest(expected),
): number {
  const error = largest(expected.map((value, at) => actual[at]! - value));
  return error === 0 ? 0 : error / size;
}

/** The largest magnitude; Math.max hands NaN on, where `>` would drop it. */
function largest(values: Float32Array | Float64Array): number {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return most;
}
