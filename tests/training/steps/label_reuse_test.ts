import { planted } from "../../../graphs/planted/planted.ts";
import { DeviceGraph } from "../../../batch/device_graph.ts";
import { labelInput } from "../../../kernels/label_input.ts";
import { initialWeights } from "../../../layers/parameter_layout.ts";
import { Parameters } from "../../../layers/parameters.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import type { ModelGiven } from "../../../models/options.ts";
import { reusedLabels } from "../../../training/steps/label_reuse.ts";
import { assert, assertEquals } from "../../assert.ts";
import { assertClose, gpu, read } from "../../kernels/device.ts";
import * as reference from "../../reference/label_input.ts";
import { fromFloat32 } from "../../reference/matrix.ts";
import { KERNEL } from "../../tolerances.ts";

const SHAPE = { layers: 3, channels: 8, labels: true } as const;
const CASES: [kind: "rev-gat" | "res-gnn", classes: boolean][] = [
  ["rev-gat", true],
  ["res-gnn", true],
  ["res-gnn", false],
];

for (const [kind, classes] of CASES) {
  const of = classes ? "classes" : "tasks";
  Deno.test(`reusedLabels() puts guesses in the place of labels as often as the model says, ${kind} of ${of}`, async () => {
    const graph = planted({ nodes: 61, degree: 4, tasks: 3, classes });
    using device = new DeviceGraph(gpu, graph);
    const inputs: string[] = [];
    for (const labelIterations of [0, 1, 2, 3]) {
      const model = buildModel({ kind, ...SHAPE, labelIterations } as ModelGiven, shapeOf(graph));
      using parameters = new Parameters(gpu, model.layout, initialWeights(model.layout, 1));
      const pass = { mode: "evaluation", graph: device, parameters } as const;
      const { given, means } = device.labelInputs.known;
      // By hand: known labels, then so often the model's own guesses for all others.
      let expected = labelInput(device.labels, given, { means });
      for (let k = 0; k < labelIterations; k++) {
        const logits = await model.predict({ ...pass, labels: expected });
        expected = labelInput(device.labels, given, { logits, means });
      }
      const actual = await read(await reusedLabels(model, pass, device.labelInputs.known));
      assertEquals(actual, await read(expected), `${labelIterations} iterations`);
      inputs.push(actual.join());
      if (!classes) continue;
      for (const node of graph.split.train) {
        const labels = graph.labels.data.slice(3 * node, 3 * node + 3);
        assertEquals(actual.slice(3 * node, 3 * node + 3), labels);
      }
    }
    assert(new Set(inputs).size === 4, "each iteration changes the guesses");
  });
}

Deno.test("reusedLabels() has sums of label inputs over hops beside them, by their reference", async () => {
  const graph = planted({ nodes: 61, degree: 4, tasks: 3, skew: 1 });
  using device = new DeviceGraph(gpu, graph);
  const given = Uint32Array.from({ length: 61 }, (_, i) => +graph.split.train.includes(i));
  const known = fromFloat32(graph.labels);
  const inputs = reference.labelInput(known, given, { means: reference.givenMeans(known, given) });
  for (const kind of ["rev-gnn", "deq-gnn"] as const) {
    const shape = { labels: true, labelHops: 2, labelIterations: 0, channels: 8 } as const;
    const model = kind === "rev-gnn"
      ? buildModel({ kind, layers: 2, ...shape }, shapeOf(graph))
      : buildModel({ kind, ...shape }, shapeOf(graph));
    using parameters = new Parameters(gpu, model.layout, initialWeights(model.layout, 1));
    const pass = { mode: "evaluation", graph: device, parameters } as const;
    const actual = await reusedLabels(model, pass, device.labelInputs.known);
    await assertClose(actual, reference.withHops(graph, inputs, 2), KERNEL, kind);
    await read(await model.predict({ ...pass, labels: actual }));
  }
});
