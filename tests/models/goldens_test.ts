/** Errors are relative to the largest element of the tensor compared, weight and bias apart. */
import { DeviceGraph } from "../../gpu/device_graph.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { readWeights, stateDict } from "../../training/checkpoints.ts";
import { Trainer } from "../../training/trainer.ts";
import { assert, assertEquals } from "../assert.ts";
import { gpu } from "../kernels/device.ts";
import { AFTER_STEP, MODEL, WITHOUT_EFFECT } from "../tolerances.ts";
import { type Golden, loadGolden, loadGoldens } from "./golden.ts";
import {
  assertMatricesClose,
  assertTensorsClose,
  assertValuesClose,
  type Step,
  stepOf,
  storing,
} from "./step.ts";

const GOLDENS = [
  "rev_gnn_2_groups",
  "rev_gnn_4_groups",
  "rev_gnn_species",
  "res_gnn",
  "rev_gnn_gcn",
  "rev_gnn_sage",
  "rev_gnn_batch_norm",
].map(loadGolden);
const SEVERAL = ["aggregations", "convolutions", "classes"].flatMap(loadGoldens);

for (const golden of [...GOLDENS, ...SEVERAL]) {
  const { name, graph, model, values, seed, loss, optimiser, clip, learningRate } = golden;
  const symbol = model.constructor.name;

  Deno.test(`${symbol}'s logits, loss and every gradient equal PyTorch's, ${name}`, async () => {
    assertStep(golden, await stepOf(gpu, model, graph, values, seed, golden));
  });

  Deno.test(`Trainer.evaluate() equals PyTorch without dropout, ${name}`, async () => {
    using device = new DeviceGraph(gpu, graph);
    using trainer = new Trainer(gpu, model, values, { seed });
    using logits = await trainer.evaluate(device);
    assertValuesClose("logits", (await gpu.read(logits))[0]!, golden.evaluated, MODEL);
  });

  Deno.test(`Trainer.step() equals PyTorch's losses and weights, ${name}`, async () => {
    const batches = golden.losses.length;
    using device = new DeviceGraph(gpu, graph);
    using teacher = golden.teacher && gpu.upload(golden.teacher);
    using trainer = new Trainer(gpu, model, values, { seed, batches, loss, optimiser, clip });
    for (let step = 1; step <= batches; step++) {
      await trainer.step(device, learningRate, step - 1, teacher);
      const expected = golden.after.get(step);
      if (expected) assertAfter(golden, step, await readWeights(trainer.parameters), expected);
    }
    assertValuesClose("losses", (await gpu.read(trainer.losses))[0]!, golden.losses, MODEL);
  });

  if (model instanceof RevGnn) {
    Deno.test(`ReversibleLayer.backwardStored() gives PyTorch's gradients too, ${name}`, async () => {
      assertStep(golden, await stepOf(gpu, storing(model), graph, values, seed, golden));
    });
  }
}

function assertStep({ model, ...golden }: Golden, { logits, loss, gradients }: Step): void {
  assertValuesClose("logits", logits, golden.logits, MODEL);
  assertValuesClose("loss", [loss], golden.losses.slice(0, 1), MODEL);
  const assertClose = takesBiasesAway({ model }) ? assertMatricesClose : assertTensorsClose;
  assertClose(model, gradients, golden.gradients, MODEL);
}

/**
 * Batch norms take a bias in front of them away again: its gradient is 0 but for roundings, which Adam
 * divides by their own size. All else is compared after the first step; after the second, running means
 * have followed such biases as well.
 */
function takesBiasesAway({ model: { options } }: Pick<Golden, "model">): boolean {
  return options.norm === "batch" && options.kind !== "rev-gat";
}

const TAKEN_AWAY = /(node_features_encoder|mlp\.0|mlp\.3|lin)\.bias$/;

function assertAfter(
  golden: Golden,
  step: number,
  actual: Float32Array,
  expected: Float32Array,
): void {
  const { model, gradients } = golden;
  if (!takesBiasesAway(golden)) return assertTensorsClose(model, actual, expected, AFTER_STEP);
  if (step > 1) return;
  const [ours, theirs, slopes] = [actual, expected, gradients]
    .map((values) => stateDict(model.layout, values));
  let taken = 0;
  for (const [name, { data }] of ours!) {
    if (!TAKEN_AWAY.test(name)) {
      assertValuesClose(name, data, theirs!.get(name)!.data, AFTER_STEP);
      continue;
    }
    for (const slope of slopes!.get(name)!.data) assert(Math.abs(Number(slope)) < WITHOUT_EFFECT);
    taken++;
  }
  const { layers, groups, convolution = "gen" } = model.options;
  assertEquals(taken, 1 + layers * groups * (convolution === "gen" ? 2 : 1));
}
