/** A whole DEQ-GNN against float64: its state by plain iteration, its gradients by finite differences. */
import { planted } from "../../graphs/planted/planted.ts";
import { STREAMS } from "../../kernels/dropout.ts";
import { forEachWord } from "../../layers/parameter_layout.ts";
import { DeqGnn } from "../../models/deq_gnn.ts";
import { shapeOf } from "../../models/model.ts";
import { assert } from "../assert.ts";
import { gpu } from "../kernels/device.ts";
import { matrixOf, roughWeights } from "../layers/blocks.ts";
import { bce } from "../reference/bce.ts";
import { dropoutKey, dropoutMask } from "../reference/dropout.ts";
import { equilibrium } from "../reference/equilibrium.ts";
import { layerNorm } from "../reference/layer_norm.ts";
import { linear } from "../reference/linear.ts";
import { type Dense, finiteDifferences, fromFloat32 } from "../reference/matrix.ts";
import { EQUILIBRIUM } from "../tolerances.ts";
import { assertValuesClose, stepOf } from "./step.ts";

const [NODES, CHANNELS, RATE, SEED] = [11, 5, 0.2, 5];
const graph = planted({ nodes: NODES, degree: 3, features: 4, tasks: 2 });
const NAMES = {
  encoder: "node_features_encoder",
  first: "deq.gcn1.lin",
  norm1: "deq.norm1",
  second: "deq.gcn2.lin",
  norm2: "deq.norm2",
  classifier: "node_pred_linear",
} as const;
/** A slope by which a weight counts as seen. */
const LIVE = 1e-4;
type Weights = Record<keyof typeof NAMES, Dense>;

Deno.test("DeqGnn's logits, loss and gradients are those of float64", async () => {
  const model = new DeqGnn({
    channels: CHANNELS,
    dropout: RATE,
    convolution: "gcn",
    equilibrium: { tolerance: 1e-6, maxSteps: 100 },
  }, shapeOf(graph));
  const values = contracting(model);
  const actual = await stepOf(gpu, model, graph, values, SEED);

  const weights = weightsOf(model, values);
  assertValuesClose("logits", actual.logits, logitsOf(weights).data, EQUILIBRIUM);
  assertValuesClose("loss", [actual.loss], [lossOf(weights)], EQUILIBRIUM);
  for (const [name, gradient] of Object.entries(weightsOf(model, actual.gradients))) {
    const { data } = weights[name as keyof Weights];
    const expected = finiteDifferences(() => lossOf(weights), data);
    assert(expected.some((slope) => Math.abs(slope) > LIVE), `no gradient reaches ${name}`);
    assertValuesClose(name, gradient.data, expected, EQUILIBRIUM);
  }
});

/** Values of which the state's own convolution is a tenth of what PyTorch draws. */
function contracting({ layout }: DeqGnn): Float32Array {
  const values = roughWeights(layout, 1);
  const first = layout.parameters.find(({ name }) => name === NAMES.first)!;
  forEachWord(first, (word) => values[word]! /= 10);
  return values;
}

function weightsOf({ layout }: DeqGnn, values: Float32Array): Weights {
  const entries = Object.entries(NAMES)
    .map(([key, name]) => [key, matrixOf(layout, values, name)]);
  return Object.fromEntries(entries) as Weights;
}

/** In the first training step: X = LayerNorm(Linear(x)), Z* = f(Z*; X), Linear(mask ⊙ Z*). */
function logitsOf({ encoder, classifier, ...cell }: Weights): Dense {
  const mask = (stream: keyof typeof STREAMS) =>
    dropoutMask(dropoutKey(SEED, 1, STREAMS[stream]), RATE, NODES, CHANNELS);
  const x = layerNorm(linear(fromFloat32(graph.x), encoder));
  const z = equilibrium("gcn", graph, cell, x, mask("layers"));
  const kept = mask("classifier");
  return linear({ ...z, data: z.data.map((value, k) => value * kept.data[k]!) }, classifier);
}

function lossOf(weights: Weights): number {
  return bce(logitsOf(weights), fromFloat32(graph.labels), graph.split.train).loss;
}
