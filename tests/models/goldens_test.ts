/** Errors are relative to the largest element of the tensor compared, weight and bias apart. */
import { DeviceGraph } from "../../gpu/device_graph.ts";
import { Parameters } from "../../layers/parameters.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { readWeights, stateDict } from "../../training/checkpoints.ts";
import { Trainer } from "../../training/trainer.ts";
import { assertEquals } from "../assert.ts";
import { gpu } from "../kernels/device.ts";
import { AFTER_STEP, MODEL } from "../tolerances.ts";
import { type Golden, loadGolden } from "./golden.ts";
import {
  assertMatricesClose,
  assertTensorsClose,
  assertValuesClose,
  type Step,
  stepOf,
  storing,
} from "./step.ts";

const NAMES = [
  "rev_gnn_2_groups",
  "rev_gnn_4_groups",
  "rev_gnn_species",
  "res_gnn",
  "rev_gnn_gcn",
  "rev_gnn_sage",
];

for (const name of NAMES) {
  const golden = loadGolden(name);
  const { graph, model, values, seed, learningRate } = golden;
  const symbol = model.constructor.name;

  Deno.test(`${symbol}'s logits, loss and every gradient equal PyTorch's, ${name}`, async () => {
    assertStep(golden, await stepOf(gpu, model, graph, values, seed));
  });

  Deno.test(`${symbol}.evaluate() equals PyTorch without dropout, ${name}`, async () => {
    using device = new DeviceGraph(gpu, graph);
    using parameters = new Parameters(gpu, model.layout, values);
    using logits = await model.evaluate({ graph: device, parameters });
    const [evaluated] = await gpu.read(logits);
    assertValuesClose("logits", evaluated!, golden.data("evaluated"), MODEL);
  });

  Deno.test(`Trainer.step() equals two of PyTorch's steps of Adam, ${name}`, async () => {
    using device = new DeviceGraph(gpu, graph);
    using trainer = new Trainer(gpu, model, values, { seed, batches: 2 });
    for (const [batch, prefix] of ["after.", "after_2."].entries()) {
      await trainer.step(device, learningRate, batch);
      const after = await readWeights(trainer.parameters);
      assertTensorsClose(model, after, golden.prefixed(prefix), AFTER_STEP);
    }
    const [losses] = await gpu.read(trainer.losses);
    const expected = ["loss", "loss_2"].map((loss) => golden.data(loss)[0]!);
    assertValuesClose("losses", losses!, expected, MODEL);
  });

  if (model instanceof RevGnn) {
    Deno.test(`ReversibleLayer.backwardStored() gives PyTorch's gradients too, ${name}`, async () => {
      assertStep(golden, await stepOf(gpu, storing(model), graph, values, seed));
    });
  }
}

/**
 * Batch norms take a bias in front of them away again: its gradient is 0 but for roundings, which Adam
 * divides by their own size. All else is compared, and what such a bias cannot change.
 */
const BATCH = "rev_gnn_batch_norm";

Deno.test(`RevGnn's logits, loss, every gradient and running statistics equal PyTorch's, ${BATCH}`, async () => {
  const golden = loadGolden(BATCH);
  const { graph, model, values, seed } = golden;
  for (const one of [model, storing(model as RevGnn)]) {
    const { logits, loss, gradients } = await stepOf(gpu, one, graph, values, seed);
    assertValuesClose("logits", logits, golden.data("logits"), MODEL);
    assertValuesClose("loss", [loss], golden.data("loss"), MODEL);
    assertMatricesClose(model, gradients, golden.prefixed("grad."), MODEL);
  }
});

Deno.test(`RevGnn.evaluate() equals PyTorch by running statistics, ${BATCH}`, async () => {
  const golden = loadGolden(BATCH);
  const { graph, model, values } = golden;
  using device = new DeviceGraph(gpu, graph);
  using parameters = new Parameters(gpu, model.layout, values);
  using logits = await model.evaluate({ graph: device, parameters });
  assertValuesClose("logits", (await gpu.read(logits))[0]!, golden.data("evaluated"), MODEL);
});

Deno.test(`Trainer.step() equals two of PyTorch's steps but for biases without effect, ${BATCH}`, async () => {
  const golden = loadGolden(BATCH);
  const { graph, model, values, seed, learningRate } = golden;
  using device = new DeviceGraph(gpu, graph);
  using trainer = new Trainer(gpu, model, values, { seed, batches: 2 });
  await trainer.step(device, learningRate, 0);
  const after = stateDict(model.layout, await readWeights(trainer.parameters));
  const expected = stateDict(model.layout, golden.prefixed("after."));
  let compared = 0;
  for (const [name, { data }] of after) {
    if (/(node_features_encoder|mlp\.0|mlp\.3)\.bias$/.test(name)) continue;
    assertValuesClose(name, data, expected.get(name)!.data, AFTER_STEP);
    compared++;
  }
  // One of the node encoder, two of each of 3 layers × 2 groups.
  assertEquals(compared, after.size - 1 - 2 * 6);
  await trainer.step(device, learningRate, 1);
  const [losses] = await gpu.read(trainer.losses);
  const lossesOfBoth = ["loss", "loss_2"].map((loss) => golden.data(loss)[0]!);
  assertValuesClose("losses", losses!, lossesOfBoth, MODEL);
});

function assertStep(golden: Golden, { logits, loss, gradients }: Step): void {
  assertValuesClose("logits", logits, golden.data("logits"), MODEL);
  assertValuesClose("loss", [loss], golden.data("loss"), MODEL);
  assertTensorsClose(golden.model, gradients, golden.prefixed("grad."), MODEL);
}
