import { planted } from "../../graphs/planted.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf } from "../../models/model.ts";
import { PRESETS } from "../../models/presets.ts";
import { forecast } from "../../training/forecast.ts";
import { assert, assertEquals } from "../assert.ts";

const graph = planted({ nodes: 40, degree: 3, tasks: 3, edgeFeatures: 2 });

for (const [name, { title, ...options }] of Object.entries(PRESETS)) {
  Deno.test(`PRESETS has a model to train called ${name}, ${title}`, async () => {
    const model = buildModel(options, shapeOf(graph));
    assert(model.layout.count > 0);
    assertEquals((await forecast(model, graph, { epochs: 1 })).peakBytes > 0, true);
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
