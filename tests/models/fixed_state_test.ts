/** A state of fixed-point numbers: what reversible layers rebuild is what was there, to the bit. */
import { planted } from "../../graphs/planted/planted.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { initialWeights } from "../../layers/parameter_layout.ts";
import { Parameters } from "../../layers/parameters.ts";
import type { TrainingPass } from "../../layers/pass.ts";
import { buildModel } from "../../models/build.ts";
import { type Model, type ReversibleModel, shapeOf, usedBy } from "../../models/model.ts";
import { type ModelGiven, modelOptions } from "../../models/options.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { disposeAll } from "../../models/trunk.ts";
import { train } from "../../training/loop/train.ts";
import { driftOf } from "../../training/measures/drift.ts";
import { predictGraph } from "../../training/steps/predict_graph.ts";
import { dropoutKeys, KEYS } from "../../training/steps/dropout_keys.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";
import { gpu, upload } from "../kernels/device.ts";
import { warningsOf } from "../said.ts";
import { random } from "../reference/matrix.ts";

const graph = planted({ nodes: 60, degree: 4, edgeFeatures: 3, tasks: 3, seed: 1 });
const SEED = 0;
const CONVOLUTIONS = [
  "gen",
  { kind: "gen", aggregation: "softmax" },
  "gcn",
  "sage",
  { kind: "gat", heads: 2, residual: true, symmetricNorm: true, edgeDropout: 0.2 },
  "linear",
] as const;

function build(given: Record<string, unknown>): ReversibleModel {
  const all = { channels: 16, dropout: 0.2, state: "fixed", ...given };
  return buildModel(all as unknown as ModelGiven, shapeOf(graph)) as ReversibleModel;
}

/** Fails unless the way back through all layers ends with the very words that the way forward began with. */
async function assertRebuilt(model: ReversibleModel, values: Float32Array, what: string) {
  using device = new DeviceGraph(gpu, graph, usedBy(model));
  using parameters = new Parameters(gpu, model.layout, values);
  using keys = gpu.upload({ data: dropoutKeys(SEED, 1), rows: 1, cols: KEYS });
  const masks = { keys, rate: model.options.dropout };
  const pass: TrainingPass = { mode: "training", graph: device, parameters, masks };
  const x = model.encode(pass);
  const dx = x.map(({ rows, cols }, seed) => upload(random(rows, cols, seed)));
  const words = async () => (await gpu.read(...x)).map(({ buffer }) => new Uint32Array(buffer));
  const first = await words();
  const saved = model.stack.forward(pass, x);
  const last = await words();
  model.stack.backward(pass, x, dx, saved);
  const differ = (those: Uint32Array[]) =>
    those.map((words, i) => words.filter((word, k) => word !== first[i]![k]).length);
  assert(differ(last).every((count) => count > 100), what);
  assertEquals(differ(await words()), first.map(() => 0), what);
  disposeAll([...x, ...dx, saved]);
  gpu.trim();
}

async function trained(model: ReversibleModel, epochs: number): Promise<Float32Array> {
  const options = { epochs, learningRate: 1e-2, seed: SEED, keepWeights: true } as const;
  return (await train(gpu, model, graph, options)).weights!.last;
}

const nameOf = (convolution: typeof CONVOLUTIONS[number]) =>
  typeof convolution === "string" ? convolution : Object.values(convolution).slice(0, 2).join(" ");

for (const convolution of CONVOLUTIONS) {
  for (const norm of ["layer", "batch"] as const) {
    for (const groups of [2, 4]) {
      const title = `${nameOf(convolution)}, ${norm} norms, C = ${groups}`;
      Deno.test(`RevGNN's first state is rebuilt to the bit from 3 and 112 layers, ${title}`, async () => {
        for (const layers of [3, 112]) {
          const model = build({ kind: "rev-gnn", layers, convolution, norm, groups });
          await assertRebuilt(model, initialWeights(model.layout, SEED), `${layers} layers`);
          await assertRebuilt(model, await trained(model, 1), `${layers} layers, trained`);
        }
      });
    }
  }
}

/** Each convolution once, each norm and number of groups with several of them. */
for (const [i, convolution] of CONVOLUTIONS.entries()) {
  const [norm, groups] = [i % 2 ? "batch" : "layer", i % 3 ? 2 : 4] as const;
  const title = `${nameOf(convolution)}, ${norm} norms, C = ${groups}`;
  Deno.test(`RevGNN's first state is rebuilt to the bit from 1001 layers, ${title}`, async () => {
    const model = build({ kind: "rev-gnn", layers: 1001, channels: 8, convolution, norm, groups });
    await assertRebuilt(model, initialWeights(model.layout, SEED), "fresh");
  });
}

Deno.test("RevGNN's first state is rebuilt to the bit from 1001 trained layers", async () => {
  const model = build({ kind: "rev-gnn", layers: 1001, channels: 8, convolution: "gcn" });
  await assertRebuilt(model, await trained(model, 1), "trained");
});

Deno.test("RevGAT's first state is rebuilt to the bit", async () => {
  for (const norm of ["layer", "batch"] as const) {
    const convolution = { kind: "gat", heads: 2, residual: true, edgeDropout: 0.2 };
    const model = build({ kind: "rev-gat", layers: 12, inputDropout: 0.1, norm, convolution });
    await assertRebuilt(model, initialWeights(model.layout, SEED), norm);
    await assertRebuilt(model, await trained(model, 1), `${norm}, trained`);
  }
});

Deno.test("driftOf() of a fixed-point state is 0, tied or not", async () => {
  for (const options of [{}, { tied: true }, { groups: 4, norm: "batch" }] as const) {
    const all = { layers: 28, channels: 16, dropout: 0.2, ...options };
    const shape = shapeOf(graph);
    const [fixed, float] = ["fixed", "float"].map((state) =>
      new RevGnn({ ...all, state: state as "fixed" | "float" }, shape)
    );
    const values = initialWeights(fixed!.layout, SEED);
    const drift = (model: RevGnn) => driftOf(gpu, model, { graph }, values, { seed: SEED });
    assertEquals(await drift(fixed!), { firstState: 0, gradients: 0 });
    assert((await drift(float!)).firstState > 0);
  }
});

Deno.test("A fixed-point state takes no byte more than one of floats, but two counts of outsiders", async () => {
  const peaks = [];
  for (const state of ["float", "fixed"] as const) {
    using gpu = await openGpu();
    const model = build({ kind: "rev-gnn", layers: 7, state });
    peaks.push((await train(gpu, model, graph, { epochs: 2, seed: SEED })).peakBytes);
  }
  const [float, fixed] = peaks;
  assertEquals(fixed! - float!, 2 * 16);
});

Deno.test("A fixed-point state trains as one of floats: losses of 20 epochs", async () => {
  const losses = [];
  for (const state of ["float", "fixed"] as const) {
    const model = build({ kind: "rev-gnn", layers: 7, state });
    losses.push((await train(gpu, model, graph, { epochs: 20, seed: SEED })).losses);
  }
  const [float, fixed] = losses;
  fixed!.forEach((loss, epoch) => {
    const error = Math.abs(loss - float![epoch]!) / float![epoch]!;
    if (!(error <= 0.05)) throw new Error(`the loss of epoch ${epoch + 1} is ${error} off`);
  });
  assert(fixed!.at(-1)! < 0.9 * fixed![0]!);
});

Deno.test("A model that rebuilds nothing has no fixed-point state", () => {
  for (const kind of ["res-gnn", "deq-gnn"] as const) {
    const given = { kind, channels: 16, state: "fixed", ...kind === "res-gnn" && { layers: 2 } };
    assertThrows(
      () => modelOptions(given as unknown as ModelGiven),
      Error,
      "only a reversible network rebuilds its state",
    );
  }
});

/** Weights so large that some layer takes the state out of its range. */
function steep(model: Model): Float32Array {
  const values = initialWeights(model.layout, SEED);
  return values.map((value) => 100 * value);
}

for (const parts of [1, 3]) {
  Deno.test(`train() says where a fixed-point state leaves its range, ${parts} parts`, async () => {
    const model = build({ kind: "rev-gnn", layers: 5 });
    using gpu = await openGpu();
    const error = await assertRejects(
      () => train(gpu, model, graph, { epochs: 3, parts, seed: SEED, initial: steep(model) }),
      RangeError,
      "Cannot go on training in epoch 1: the state left the range of fixed-point numbers, ±8192, as layer ",
    );
    const [, layer, channel, value] = error.message.match(
      /layer (\d) of 5 takes channel (\d+) to (\S+); use --state float, a lower learning rate or fewer layers$/,
    )!;
    assert(Number(layer) >= 1 && Number(layer) <= 5 && Number(channel) < 16, error.message);
    assert(Number(value) >= 8192, error.message);
    gpu.trim();
    assertEquals(gpu.ledger.live, gpu.ledger.peakOf("plumbing"));
  });
}

Deno.test("train() gives no score to an evaluation whose fixed-point state left its range", async () => {
  // Running statistics of one epoch fit no deep network.
  const convolution = { kind: "gat", heads: 2, residual: true, symmetricNorm: true };
  const model = build({ kind: "rev-gnn", layers: 112, norm: "batch", convolution });
  const notes = await warningsOf(async () => {
    const { scores, losses } = await train(gpu, model, graph, { epochs: 1, seed: SEED });
    assertEquals([scores, losses.length], [null, 1]);
  });
  assertEquals(notes.length, 1);
  assert(
    /^note: epoch 1 has no score: in its evaluation the state left the range .* as layer \d+ of 112 takes channel \d+ to \S+; /
      .test(notes[0]!),
    notes[0],
  );
});

Deno.test("train() looks where an evaluation by parts left the range at those very parts", async () => {
  const convolution = { kind: "gat", heads: 2, residual: true, symmetricNorm: true };
  const model = build({ kind: "rev-gnn", layers: 112, norm: "batch", convolution });
  const notes = await warningsOf(async () => {
    await train(gpu, model, graph, { epochs: 1, parts: 2, evaluateParts: 3, seed: SEED });
  });
  assert(/^note: epoch 1 has no score: .* as layer \d+ of 112 takes/.test(notes[0]!), notes[0]);
});

Deno.test("A reversible equilibrium whose fixed-point states leave their range is told", async () => {
  const equilibrium = { maxSteps: 4, gradient: { kind: "reversible" } };
  const model = buildModel(
    { kind: "deq-gnn", channels: 16, equilibrium } as ModelGiven,
    shapeOf(graph),
  );
  const initial = initialWeights(model.layout, SEED).map((value) => 1e5 * value);
  const left =
    "the state left the range of fixed-point numbers, ±8192; use --reversible-numbers float";
  await assertRejects(
    () => train(gpu, model, graph, { epochs: 2, seed: SEED, initial }),
    RangeError,
    `Cannot go on training in epoch 1: ${left}`,
  );
  using parameters = new Parameters(gpu, model.layout, initial);
  await assertRejects(
    () => predictGraph(gpu, model, parameters, graph),
    RangeError,
    `Cannot predict: ${left}`,
  );
});

Deno.test("driftOf() is no number where a fixed-point state leaves its range", async () => {
  const model = new RevGnn({ layers: 5, channels: 16, state: "fixed" }, shapeOf(graph));
  const notes = await warningsOf(async () => {
    const drift = await driftOf(gpu, model, { graph }, steep(model), { seed: SEED });
    assertEquals(drift, { firstState: NaN, gradients: NaN });
  });
  assert(notes[0]!.startsWith("note: the drift is no number: the state left the range"), notes[0]);
});

Deno.test("predictGraph() says where a fixed-point state leaves its range, by parts too", async () => {
  const model = build({ kind: "rev-gnn", layers: 5 });
  using parameters = new Parameters(gpu, model.layout, steep(model));
  for (const parts of [1, 4]) {
    await assertRejects(
      () => predictGraph(gpu, model, parameters, graph, { parts }),
      RangeError,
      "Cannot predict: the state left the range of fixed-point numbers, ±8192, as layer ",
    );
  }
});
