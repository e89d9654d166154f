import { planted } from "../../../graphs/planted/planted.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import type { DeviceGraph } from "../../../batch/device_graph.ts";
import { copy } from "../../../kernels/copy_columns.ts";
import { initialWeights } from "../../../layers/parameter_layout.ts";
import { Parameters } from "../../../layers/parameters.ts";
import { shapeOf } from "../../../models/model.ts";
import { RevGnn } from "../../../models/rev_gnn.ts";
import { predict } from "../../../training/steps/predict.ts";
import { predictModel } from "../../../training/steps/label_reuse.ts";
import { train } from "../../../training/loop/train.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { largestError } from "../../reference/matrix.ts";
import { KERNEL } from "../../tolerances.ts";

const graph = planted({ nodes: 101, degree: 4, tasks: 3 });
const labels = (graph: DeviceGraph) => Promise.resolve(copy(graph.labels));

Deno.test("predict() gives each node its own row, whatever the parts and views", async () => {
  using gpu = await openGpu();
  for (const options of [{}, { parts: 1, views: 3 }, { parts: 4 }, { parts: 7, views: 4 }]) {
    const { data } = await predict(gpu, graph, labels, options);
    assertEquals(data, graph.labels.data, JSON.stringify(options));
  }
});

Deno.test("predict() of the whole graph is the model's evaluation, of parts another", async () => {
  using gpu = await openGpu();
  const model = new RevGnn({ layers: 2, channels: 8 }, shapeOf(graph));
  using parameters = new Parameters(gpu, model.layout, initialWeights(model.layout, 1));
  const predictOne = (graph: DeviceGraph) => predictModel(model, { graph, parameters });
  const whole = await predict(gpu, graph, predictOne);
  const parts = await predict(gpu, graph, predictOne, { parts: 3 });
  assertEquals(await predict(gpu, graph, predictOne, { parts: 3 }), parts);
  const others = await predict(gpu, graph, predictOne, { parts: 3, seed: 1 });
  assert(largestError(parts.data, Float64Array.from(whole.data)) > 0.01);
  assert(largestError(parts.data, Float64Array.from(others.data)) > 0.01);
});

Deno.test("predict() averages its views", async () => {
  using gpu = await openGpu();
  let calls = 0;
  const counting = (graph: DeviceGraph) => {
    const data = new Float32Array(graph.nodes).fill(calls++);
    return Promise.resolve(gpu.upload({ data, rows: graph.nodes, cols: 1 }));
  };
  const single = { ...graph, labels: { data: new Float32Array(101), rows: 101, cols: 1 } };
  const { data } = await predict(gpu, single, counting, { parts: 1 });
  assertEquals([calls, new Set(data)], [1, new Set([0])]);
  calls = 0;
  const views = await predict(gpu, single, counting, { parts: 2, views: 2 });
  assertEquals(calls, 4);
  // Of parts 0 and 1, then 2 and 3: means of one of each.
  assert(views.data.every((value) => [1, 1.5, 2].some((mean) => Math.abs(mean - value) <= KERNEL)));
});

Deno.test("predict() takes to the device what an evaluation reads", async () => {
  using gpu = await openGpu();
  for (const parts of [1, 2]) {
    for (const edgeFeatures of [true, false]) {
      const predictOne = (part: DeviceGraph) => {
        assertThrows(() => part.outPtr, TypeError, "it is on the device for evaluations only");
        assertEquals(part.edgeFeatureCount, edgeFeatures ? graph.edgeFeatures.cols : 0);
        return labels(part);
      };
      await predict(gpu, graph, predictOne, { parts, edgeFeatures });
    }
  }
});

Deno.test("predict() refuses more parts than nodes, and no views", async () => {
  using gpu = await openGpu();
  const sentence = "Cannot split 101 nodes into 102 parts as each part needs a node";
  await assertRejects(() => predict(gpu, graph, labels, { parts: 102 }), RangeError, sentence);
  await assertRejects(
    () => predict(gpu, graph, labels, { parts: 2, views: 0 }),
    RangeError,
    "Cannot average over 0 views: expected a whole number from 1",
  );
});

Deno.test("train() that evaluates by parts holds no whole graph", async () => {
  const model = new RevGnn({ layers: 2, channels: 8 }, shapeOf(graph));
  const peak = async (evaluateParts: number) => {
    using gpu = await openGpu();
    const outcome = await train(gpu, model, graph, { epochs: 3, parts: 4, evaluateParts });
    assert(outcome.scores !== null);
    return gpu.ledger.peakOf("graph");
  };
  const [whole, parts] = [await peak(1), await peak(4)];
  assert(parts < whole / 2, `${parts} of ${whole}`);
});
