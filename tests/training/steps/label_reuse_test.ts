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
import { gpu, read } from "../../kernels/device.ts";

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
      const { given, means } = device.knownLabels;
      // By hand: known labels, then so often the model's own guesses for all others.
      let expected = labelInput(device.labels, given, { means });
      for (let k = 0; k < labelIterations; k++) {
        const logits = await model.predict({ ...pass, labels: expected });
        expected = labelInput(device.labels, given, { logits, means });
      }
      const actual = await read(await reusedLabels(model, pass, device.knownLabels));
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
