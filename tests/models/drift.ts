/** How far a rebuilt state and its gradients drift from those of stored activations. */
import type { Graph } from "../../graphs/graph.ts";
import { DeviceGraph } from "../../gpu/device_graph.ts";
import type { Gpu } from "../../gpu/gpu.ts";
import type { Tensor } from "../../gpu/tensor.ts";
import { bce } from "../../kernels/bce.ts";
import type { Evaluation } from "../../layers/evaluation.ts";
import { Parameters } from "../../layers/parameters.ts";
import { disposeAll } from "../../models/frame.ts";
import type { RevGnn } from "../../models/rev_gnn.ts";
import { readGradients } from "../../training/checkpoints.ts";
import { dropoutKeys, STREAMS } from "../../training/dropout_keys.ts";
import { largestError } from "../reference/matrix.ts";

/** Each relative to the largest value of what is compared, all parameters as one vector. */
export interface Drift {
  readonly firstState: number;
  readonly gradients: number;
}

/** The drift of one training step's backward pass. */
export async function driftOf(
  gpu: Gpu,
  model: RevGnn,
  graph: Graph,
  values: Float32Array,
  seed: number,
): Promise<Drift> {
  using device = new DeviceGraph(gpu, graph);
  using parameters = new Parameters(gpu, model.layout, values);
  using keys = gpu.upload({ data: dropoutKeys(seed, 1), rows: 1, cols: STREAMS });
  const run = { graph: device, parameters, masks: { keys, rate: model.options.dropout } };
  const rebuilt = await rebuiltPass(model, run);
  const stored = await storedPass(model, run);
  return {
    firstState: largestError(rebuilt.firstState, stored.firstState),
    gradients: largestError(rebuilt.gradients, stored.gradients),
  };
}

/** Whose gradients are read. */
type Training = Evaluation & { readonly parameters: Parameters };

interface Pass {
  readonly firstState: Float32Array;
  readonly gradients: Float32Array;
}

/** As RevGNN trains: from the last state back to the first, which is read at the end. */
async function rebuiltPass({ frame }: RevGnn, run: Training): Promise<Pass> {
  run.graph.gpu.clear(run.parameters.gradients);
  const x = frame.encode(run);
  for (const layer of frame.layers) layer.forward(run, x);
  const dx = headPass(frame, run, x);
  for (const layer of frame.layers.toReversed()) layer.backward(run, x, dx);
  frame.encodeBackward(run, dx);
  const firstState = await readState(x);
  disposeAll([...x, ...dx]);
  return { firstState, gradients: await readGradients(run.parameters) };
}

/** Every layer's input is stored, and its activations made again from it rather than from its output. */
async function storedPass({ frame }: RevGnn, run: Training): Promise<Pass> {
  run.graph.gpu.clear(run.parameters.gradients);
  const x = frame.encode(run);
  const firstState = await readState(x);
  const inputs: Tensor[][] = [];
  for (const layer of frame.layers) {
    inputs.push(x.map(copyOf));
    layer.forward(run, x);
    await drain(run, inputs.length);
  }
  const dx = headPass(frame, run, x);
  for (const [i, layer] of [...frame.layers.entries()].toReversed()) {
    inputs[i]!.forEach((input, group) => run.graph.gpu.copy(input, x[group]!));
    layer.backwardStored(run, layer.forwardStored(run, x), dx);
    await drain(run, i);
  }
  frame.encodeBackward(run, dx);
  disposeAll([...x, ...dx, ...inputs.flat()]);
  return { firstState, gradients: await readGradients(run.parameters) };
}

/** The gradient of the last state. */
function headPass(frame: RevGnn["frame"], run: Evaluation, x: readonly Tensor[]): Tensor[] {
  const { logits, saved } = frame.classify(run, x);
  using _logits = logits;
  using loss = run.graph.gpu.empty(1, 1);
  using dLogits = bce(run.graph, logits, loss);
  return frame.classifyBackward(run, dLogits, saved);
}

function copyOf(x: Tensor): Tensor {
  const copy = x.gpu.empty(x.rows, x.cols);
  x.gpu.copy(x, copy);
  return copy;
}

async function readState(x: readonly Tensor[]): Promise<Float32Array> {
  const parts = await x[0]!.gpu.read(...x);
  return Float32Array.from(parts.flatMap((part) => [...part]));
}

/** Mesa's software driver maps a page for each launch of a command buffer; Linux allows 65,530. */
async function drain({ graph }: Evaluation, layer: number): Promise<void> {
  if (layer % 200 === 0) await graph.gpu.read(graph.trains);
}
