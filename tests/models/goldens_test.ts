/** Errors are relative to the largest element of the tensor compared, weight and bias apart. */
import { DeviceGraph } from "../../gpu/device_graph.ts";
import { Parameters } from "../../layers/parameters.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { readWeights } from "../../training/checkpoints.ts";
import { Trainer } from "../../training/trainer.ts";
import { gpu } from "../kernels/device.ts";
import { AFTER_STEP, MODEL } from "../tolerances.ts";
import { type Golden, loadGolden } from "./golden.ts";
import { assertTensorsClose, assertValuesClose, type Step, stepOf, storing } from "./step.ts";

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
    using logits = model.evaluate({ graph: device, parameters });
    const [evaluated] = await gpu.read(logits);
    assertValuesClose("logits", evaluated!, golden.data("evaluated"), MODEL);
  });

  Deno.test(`Trainer.step() equals two of PyTorch's steps of Adam, ${name}`, async () => {
    using device = new DeviceGraph(gpu, graph);
    using trainer = new Trainer(gpu, model, values, { seed, batches: 2 });
    for (const [batch, prefix] of ["after.", "after_2."].entries()) {
      trainer.step(device, learningRate, batch);
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

function assertStep(golden: Golden, { logits, loss, gradients }: Step): void {
  assertValuesClose("logits", logits, golden.data("logits"), MODEL);
  assertValuesClose("loss", [loss], golden.data("loss"), MODEL);
  assertTensorsClose(golden.model, gradients, golden.prefixed("grad."), MODEL);
}
