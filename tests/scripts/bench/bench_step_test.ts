import { openGpu } from "../../../gpu/gpu.ts";
import { DeviceGraph } from "../../../batch/device_graph.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { shapeOf } from "../../../models/model.ts";
import { RevGnn } from "../../../models/rev_gnn.ts";
import { openStep } from "../../../scripts/bench/bench_step.ts";
import { Trainer } from "../../../training/steps/trainer.ts";
import { valuesOf } from "../../../training/files/state_dict.ts";
import { assert, assertEquals } from "../../assert.ts";

const GRAPH = planted({ nodes: 30, degree: 4, regular: true, tasks: 3, categories: 8 });
const OPTIONS = { layers: 2, channels: 8, groups: 2 };

Deno.test("openStep() hands over the graph and weights that give its own losses", async () => {
  using gpu = await openGpu();
  using step = await openStep(gpu, GRAPH, { ...OPTIONS, dropout: 0.5 }, { updates: true });
  const { tensors, settings } = step.data;
  assertEquals(settings, { layers: "2", groups: "2", learning_rate: "0.001" });
  const ofGraph = ["row_ptr", "col_idx", "edge_features", "x", "one_hot", "labels", "train_nodes"];
  const weights = new Map([...tensors].filter(([name]) => !ofGraph.includes(name)));
  assertEquals(tensors.size, weights.size + ofGraph.length);
  assertEquals([...tensors.get("edge_features")!.shape], [120, 8]);

  const model = new RevGnn(OPTIONS, shapeOf(GRAPH)); // no dropout: both sides compare without
  using trainer = new Trainer(gpu, model, valuesOf(model.layout, weights, "weights"), { seed: 1 });
  using graph = new DeviceGraph(gpu, GRAPH);
  await trainer.step(graph, 1e-3);
  const [loss] = await gpu.read(trainer.losses);
  assertEquals(step.losses[0], loss![0]!);
  assert(step.losses[1]! < step.losses[0]!, `${step.losses}`);
});

Deno.test("openStep() without updates has one loss for all steps", async () => {
  using gpu = await openGpu();
  using step = await openStep(gpu, GRAPH, OPTIONS, { updates: false });
  await step.take();
  assertEquals(step.losses[0], step.losses[1]);
});
