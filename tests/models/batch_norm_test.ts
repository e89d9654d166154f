/**
 * Models with batch norms. A reversible layer is evaluated twice in a training step: the backward pass must
 * use the statistics of the forward pass, and the running ones must move only once.
 */
import { openGpu } from "../../gpu/gpu.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { bce } from "../../kernels/bce.ts";
import type { StackSaved } from "../../layers/reversible_stack.ts";
import type { Pass } from "../../layers/pass.ts";
import { Parameters } from "../../layers/parameters.ts";
import { disposeAll } from "../../models/trunk.ts";
import { type Model, shapeOf } from "../../models/model.ts";
import { ResGnn } from "../../models/res_gnn.ts";
import { RevGnn, type RevGnnOptions, type RevGnnSaved } from "../../models/rev_gnn.ts";
import { readWeights } from "../../training/files/state_dict.ts";
import { dropoutKeys, KEYS } from "../../training/steps/dropout_keys.ts";
import { Trainer } from "../../training/steps/trainer.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { gpu } from "../kernels/device.ts";
import { roughWeights } from "../layers/blocks.ts";
import { largestError } from "../reference/matrix.ts";
import { KERNEL } from "../tolerances.ts";
import { assertRebuilds, rankedEdges } from "./smooth.ts";
import { assertMatricesClose, storing } from "./step.ts";

const SEED = 1;
const graph = rankedEdges({ nodes: 60, degree: 6, seed: 1 });

type Options = Omit<RevGnnOptions, "layers" | "channels">;

function build(options: Options & { layers?: number }): RevGnn {
  const { groups = 2 } = options;
  const shape = { layers: 3, channels: 8 * groups, dropout: 0.2, norm: "batch" } as const;
  return new RevGnn({ ...shape, ...options }, shapeOf(graph));
}

/** A training step's pass over a model's parameters. */
function passOf(device: DeviceGraph, model: Model, values: Float32Array) {
  const parameters = new Parameters(gpu, model.layout, values);
  gpu.clear(parameters.gradients);
  const keys = gpu.upload({ data: dropoutKeys(SEED, 1), rows: 1, cols: KEYS });
  const masks = { keys, rate: model.options.dropout };
  return { mode: "training", graph: device, parameters, masks } as const;
}

for (const convolution of ["gen", "gcn", "sage"] as const) {
  for (const groups of [2, 4, 8]) {
    for (const tied of [false, true]) {
      const title = `${convolution}, C = ${groups}, tied: ${tied}`;
      Deno.test(`RevGnn of batch norms has the gradients of stored activations, ${title}`, async () => {
        const model = build({ convolution, groups, tied });
        await assertRebuilds(gpu, model, graph, assertMatricesClose);
      });
    }
  }
}

for (const groups of [2, 4, 8]) {
  for (const tied of [false, true]) {
    const title = `C = ${groups}, tied: ${tied}`;
    Deno.test(`RevGnn of batch norms moves running statistics once a step, ${title}`, async () => {
      const model = build({ groups, tied, layers: 5 });
      const values = roughWeights(model.layout, SEED);
      const after = [];
      for (const one of [model, storing(model)]) {
        using device = new DeviceGraph(gpu, graph);
        const pass = passOf(device, one, values);
        using parameters = pass.parameters;
        await takeStep(one, pass);
        after.push(await readWeights(parameters));
      }
      const { words, statistics } = model.layout;
      // The pass that stores its activations evaluates every layer once.
      assertEquals(after[0], after[1]!);
      for (const { name, offset } of statistics) {
        const word = words + offset / 4;
        assert(after[0]![word] !== values[word], `${name} has moved`);
      }
    });

    Deno.test(`RevGnn of batch norms measures statistics by the rule, and not in the backward pass, ${title}`, async () => {
      const model = build({ groups, tied, layers: 5 });
      using device = new DeviceGraph(gpu, graph);
      const pass = passOf(device, model, roughWeights(model.layout, SEED));
      using parameters = pass.parameters;
      using forward = model.forward(pass);
      const { saved } = forward;
      const kept = saved.stack.statistics!;
      const before = await gpu.read(kept, parameters.statistics!);
      assertMoved(model, kept.cols, before);
      wayBack(model, pass, saved);
      // The backward pass leaves them to the bit.
      assertEquals(await gpu.read(kept, parameters.statistics!), before);
    });
  }
}

Deno.test("ResGnn of batch norms moves running statistics once a step", async () => {
  const model = new ResGnn({ layers: 1, channels: 8, norm: "batch" }, shapeOf(graph));
  using device = new DeviceGraph(gpu, graph);
  const pass = passOf(device, model, roughWeights(model.layout, SEED));
  using parameters = pass.parameters;
  using forward = model.forward(pass);
  using dLogits = lossGradient(pass, forward.logits);
  const { norm } = forward.saved.layers[0]!.branch;
  const [measured, running] = await gpu.read(norm, parameters.statistics!);
  // The block's norm is the first of the layout.
  const [mean, variance] = [measured!.subarray(0, 8), measured!.subarray(8).map(varianceOf)];
  const expected = [...mean.map((m) => 0.1 * m), ...variance.map((v) => 0.9 + 0.1 * v)];
  const error = largestError(running!.subarray(0, 16), expected);
  if (!(error <= KERNEL)) throw new Error(`running statistics are off by ${error}`);
  forward.backward(dLogits);
  assertEquals(await gpu.read(parameters.statistics!), [running!]);
});

Deno.test("A model of batch norms is evaluated by running statistics and changes nothing", async () => {
  const res = new ResGnn({ layers: 3, channels: 8, norm: "batch" }, shapeOf(graph));
  for (const model of [build({ dropout: 0 }), res]) {
    using device = new DeviceGraph(gpu, graph);
    const pass = passOf(device, model, roughWeights(model.layout, SEED));
    using parameters = pass.parameters;
    const predict = async (pass: Pass) => {
      using logits = await model.predict(pass);
      return (await gpu.read(logits))[0]!;
    };
    const outside = { mode: "evaluation", graph: device, parameters } as const;
    const before = await readWeights(parameters);
    const first = await predict(outside);
    assertEquals(await readWeights(parameters), before);
    assertEquals(await predict(outside), first);
    // In training it would be the batch's.
    assert(largestError(await predict(pass), first) > 0.01);
    assert(largestError(await predict(outside), first) > 0.01);
  }
});

Deno.test("A model of batch norms has as many parameters as of layer norms", () => {
  for (const convolution of ["gen", "gcn", "sage"] as const) {
    const [batch, layer] = [build({ convolution }), build({ convolution, norm: "layer" })];
    assertEquals([batch.layout.count, batch.layout.words], [
      layer.layout.count,
      layer.layout.words,
    ]);
    assertEquals(layer.layout.statistics, []);
    const names = batch.layout.statistics.map(({ name }) => name);
    const perBlock = convolution === "gen" ? ["norm", "gcn.mlp.1"] : ["norm"];
    const blocks = [0, 1, 2].flatMap((layer) =>
      [0, 1].flatMap((group) => perBlock.map((name) => `gcns.${layer}._fn.Fms.${group}.${name}`))
    );
    assertEquals(names.toSorted(), [...blocks, "last_norm"].toSorted());
  }
});

Deno.test("RevGnn of batch norms makes as many bind groups at any depth", async () => {
  for (const tied of [false, true]) {
    const counts: number[] = [];
    for (const layers of [4, 31]) {
      using gpu = await openGpu();
      const model = build({ layers, tied });
      using device = new DeviceGraph(gpu, graph);
      using trainer = new Trainer(gpu, model, roughWeights(model.layout, SEED), { seed: SEED });
      for (let step = 0; step < 2; step++) await trainer.step(device, 1e-2);
      counts.push(gpu.bindGroups);
    }
    assert(counts[0]! > 0);
    assertEquals(counts[1], counts[0]!);
  }
});

Deno.test("RevGnn of layer norms keeps no statistics", async () => {
  using gpu = await openGpu();
  using device = new DeviceGraph(gpu, graph);
  const model = build({ norm: "layer" });
  using parameters = new Parameters(gpu, model.layout, roughWeights(model.layout, SEED));
  using keys = gpu.upload({ data: dropoutKeys(SEED, 1), rows: 1, cols: KEYS });
  const masks = { keys, rate: 0.2 };
  using forward = model.forward({ mode: "training", graph: device, parameters, masks });
  assertEquals([forward.saved.stack.statistics, parameters.statistics], [undefined, undefined]);
});

Deno.test("Parameters of batch norms refuse values without running statistics", () => {
  const { layout } = build({});
  const { words, statisticsWords } = layout;
  assertThrows(
    () => new Parameters(gpu, layout, new Float32Array(words)),
    RangeError,
    `Cannot start from ${words} values: the model has ${words} words of weights and ` +
      `${statisticsWords} of running statistics`,
  );
});

/** Forward and back, with nothing left behind. */
async function takeStep(model: Model, pass: Pass): Promise<void> {
  using forward = await model.forward(pass);
  using dLogits = lossGradient(pass, forward.logits);
  await forward.backward(dLogits);
}

function lossGradient(pass: Pass, logits: Parameters["weights"]) {
  using loss = gpu.empty(1, 1);
  return bce(pass.graph, logits, loss);
}

/** The layers' way back from a state with a gradient of its own size, and no more. */
function wayBack({ stack }: RevGnn, pass: Pass, { x, stack: saved }: RevGnnSaved): void {
  const dx = x.map((part) => {
    const gradient = gpu.empty(part.rows, part.cols);
    gpu.copy(part, gradient);
    return gradient;
  });
  stack.backward(pass, x, dx, saved as StackSaved);
  disposeAll(dx);
}

/** Fails unless running statistics began at 0 and 1 and moved by each occurrence's in their order. */
function assertMoved(
  { layout, options }: RevGnn,
  words: number,
  [kept, running]: Float32Array[],
): void {
  const repetitions = kept!.length / words;
  const distinct = options.tied ? 2 : options.layers;
  for (const { name, cols, offset } of layout.statistics) {
    const layer = Number(/^gcns\.(\d+)/.exec(name)?.[1] ?? NaN);
    if (Number.isNaN(layer)) continue;
    for (let col = 0; col < cols; col++) {
      const at = offset / 4 + col;
      const stride = Math.ceil(cols / 4) * 4;
      let [mean, variance] = [0, 1];
      for (let r = 0; r < repetitions && r * distinct + layer < options.layers; r++) {
        mean += 0.1 * (kept![r * words + at]! - mean);
        variance += 0.1 * (varianceOf(kept![r * words + at + stride]!) - variance);
      }
      const error = largestError([running![at]!, running![at + stride]!], [mean, variance]);
      if (!(error <= KERNEL)) throw new Error(`${name} is off by ${error} in channel ${col}`);
    }
  }
}

/** The unbiased variance, of 1 / deviation. */
function varianceOf(inverseDeviation: number): number {
  return (1 / inverseDeviation ** 2 - 1e-5) * graph.nodes / (graph.nodes - 1);
}
