/**
 * How far models see, on chains of two classes that only their first nodes' features tell apart: further
 * off than a model's hops its logits are the same numbers, and at that distance other ones.
 */
import { chains, chainsCeiling } from "../../graphs/planted/chains.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { initialWeights } from "../../layers/parameter_layout.ts";
import { Parameters } from "../../layers/parameters.ts";
import { buildModel } from "../../models/build.ts";
import { hopsOf } from "../../models/hops.ts";
import { shapeOf } from "../../models/model.ts";
import { type ModelGiven, modelOptions } from "../../models/options.ts";
import { train } from "../../training/loop/train.ts";
import { predictGraph } from "../../training/steps/predict_graph.ts";
import { assert, assertEquals } from "../assert.ts";
import { row } from "../graphs/edge_list.ts";

const SEEDS = [0, 1, 2];
const solved = (equilibrium: object) =>
  ({ kind: "deq-gnn", channels: 16, equilibrium: { maxSteps: 3, ...equilibrium } }) as ModelGiven;
/** A solve that takes all of its steps, each nearer to the solution than the one before. */
const plain = { tolerance: 0, solver: { kind: "fixed-point", damping: 0.5 } };

const MODELS: readonly (readonly [ModelGiven, hops: number])[] = [
  [{ kind: "res-gnn", layers: 1, channels: 16 }, 1],
  [{ kind: "res-gnn", layers: 4, channels: 16, tied: true }, 4],
  [{ kind: "res-gnn", layers: 3, channels: 16, convolution: "gcn" }, 3],
  [{ kind: "res-gnn", layers: 3, channels: 16, convolution: "sage" }, 3],
  [{ kind: "res-gnn", layers: 3, channels: 16, convolution: { kind: "gat", heads: 2 } }, 3],
  [{ kind: "res-gnn", layers: 3, channels: 16, convolution: "linear" }, 0],
  [{ kind: "rev-gnn", layers: 3, channels: 32 }, 6],
  [{ kind: "rev-gnn", layers: 2, channels: 64, groups: 4, tied: true }, 8],
  [{ kind: "rev-gat", layers: 4, channels: 32 }, 6],
  [solved({ gradient: "unrolled" }), 5],
  [solved({ gradient: "reversible" }), 5],
  [solved({ gradient: "one-step", ...plain }), 7],
];

for (const [given, hops] of MODELS) {
  const { kind, layers, convolution, equilibrium } = modelOptions(given);
  const how = equilibrium?.gradient.kind ?? `${layers} layers of ${convolution.kind}`;
  Deno.test(`hopsOf() is as far as a ${kind} sees, ${how}`, async () => {
    assertEquals(hopsOf(modelOptions(given)), hops);
    const length = hops + 3;
    const graph = chains({ length, classes: 2, perClass: 4, features: 2 });
    const model = buildModel(given, shapeOf(graph));
    using gpu = await openGpu();
    const seen = new Set<number>();
    for (const seed of SEEDS) {
      using parameters = new Parameters(gpu, model.layout, initialWeights(model.layout, seed));
      const logits = await predictGraph(gpu, model, parameters, graph);
      for (let place = 0; place < length; place++) {
        const [first, other] = [place, 4 * length + place].map((node) => row(logits, node));
        if (first!.join() !== other!.join()) seen.add(place);
      }
    }
    // A random network may be deaf here or there, so that only the furthest place counts.
    assertEquals(Math.max(...seen), hops);
  });
}

Deno.test("hopsOf() of an implicit solve is that of its most steps", () => {
  assertEquals(hopsOf(modelOptions(solved({}))), 7);
  assertEquals(hopsOf(modelOptions({ kind: "deq-gnn", channels: 8 })), 81);
});

Deno.test("No network tells more of a chain than its hops show, and a trained one tells just that", async () => {
  const options = { length: 8, classes: 3, perClass: 5, features: 3 };
  const graph = chains(options);
  for (const layers of [1, 3]) {
    using gpu = await openGpu();
    const model = buildModel({ kind: "res-gnn", layers, channels: 16 }, shapeOf(graph));
    const ceiling = chainsCeiling(options, layers);
    const { scores } = await train(gpu, model, graph, { epochs: 40, learningRate: 0.02, seed: 1 });
    for (const score of Object.values(scores!)) {
      assert(Math.abs(score - ceiling) <= 1e-12, `${layers} layers tell ${score} of ${ceiling}`);
    }
  }
});
