/** Errors are relative to the largest element of the tensor compared. */
import { DeviceGraph } from "../../gpu/device_graph.ts";
import { Parameters } from "../../layers/parameters.ts";
import { RevGnn } from "../../models/rev_gnn.ts";
import { readWeights } from "../../training/checkpoints.ts";
import { Trainer } from "../../training/trainer.ts";
import { assert } from "../assert.ts";
import { gpu } from "../kernels/device.ts";
import { largestError } from "../reference/matrix.ts";
import { MODEL } from "../tolerances.ts";
import { loadGolden } from "./golden.ts";
import { assertTensorsClose, type Step, stepOf, storing } from "./step.ts";

const GOLDENS = ["rev_gnn_2_groups", "rev_gnn_4_groups", "rev_gnn_species", "res_gnn"];
const KINDS = ["logits", "loss", "grad", "after", "logits_2", "loss_2", "after_2"];

for (const name of GOLDENS) {
  Deno.test(`probe ${name}`, async () => {
    const golden = loadGolden(name);
    const { model, graph, values, seed } = golden;
    const report = (s: Step) =>
      console.log(
        name,
        largestError(s.logits, golden.data("logits")),
        largestError([s.loss], golden.data("loss")),
      );
    const step = await stepOf(gpu, model, graph, values, seed);
    report(step);
    assertTensorsClose(model, step.gradients, golden.prefixed("grad."), MODEL);
    if (model instanceof RevGnn) {
      const s = await stepOf(gpu, storing(model), graph, values, seed);
      report(s);
      assertTensorsClose(model, s.gradients, golden.prefixed("grad."), MODEL);
    }
    using trainer = new Trainer(gpu, model, values, { seed });
    using device = new DeviceGraph(gpu, graph);
    trainer.step(device, golden.learningRate);
    assertTensorsClose(
      model,
      await readWeights(trainer.parameters),
      golden.prefixed("after."),
      MODEL,
    );
    trainer.step(device, golden.learningRate);
    assertTensorsClose(
      model,
      await readWeights(trainer.parameters),
      golden.prefixed("after_2."),
      MODEL,
    );
    console.log((await gpu.read(trainer.losses))[0], golden.data("loss_2"));
  });
}
