import { planted } from "../../graphs/planted/planted.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf } from "../../models/model.ts";
import { PRESETS } from "../../models/presets.ts";
import { stateDict } from "../../training/files/state_dict.ts";
import { initialValues } from "../../training/steps/initial_values.ts";
import { train } from "../../training/loop/train.ts";
import { assert, assertEquals } from "../assert.ts";
import { gpu } from "../kernels/device.ts";

const graph = planted({ nodes: 40, degree: 3, tasks: 3, edgeFeatures: 2 });

for (const [name, { title, ...options }] of Object.entries(PRESETS)) {
  Deno.test(`PRESETS has a model to train called ${name}, ${title}`, async () => {
    const model = buildModel(options, shapeOf(graph));
    const before = initialValues(model, graph, 0);
    const { losses, weights } = await train(gpu, model, graph, { epochs: 1, keepWeights: true });
    // A guess by the labels' shares is no worse than by halves, ln 2, but for what masks add.
    assert(losses.length === 1 && losses[0]! > 0 && losses[0]! < 2 * Math.LN2, `${losses}`);
    const moved = stateDict(model.layout, weights!.last);
    for (const [name, { data }] of stateDict(model.layout, before)) {
      assert(data.some((value, k) => value !== moved.get(name)!.data[k]), `${name} is as before`);
    }
  });
}

Deno.test("The baselines are ResGNN with another convolution, three layers of 256 channels", () => {
  const shape = shapeOf(graph);
  const block = (weights: number) => 2 * 256 + weights;
  const outside = (16 * 256 + 256) + 2 * 256 + (256 * 3 + 3);
  const counts = {
    gcn: block(256 * 256 + 256),
    graphsage: block(512 * 256 + 256),
    gat: block(256 * 256 + 256),
    mlp: block(256 * 256 + 256),
  };
  for (const [name, layer] of Object.entries(counts)) {
    const { title: _title, ...options } = PRESETS[name as keyof typeof counts];
    assertEquals(buildModel(options, shape).layout.count, 3 * layer + outside, name);
  }
});
