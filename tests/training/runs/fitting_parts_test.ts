import { planted } from "../../../graphs/planted/planted.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import { initialWeights } from "../../../layers/parameter_layout.ts";
import { Parameters } from "../../../layers/parameters.ts";
import { shapeOf } from "../../../models/model.ts";
import { RevGnn } from "../../../models/rev_gnn.ts";
import { fittingParts } from "../../../training/runs/fitting_parts.ts";
import { forecastInference } from "../../../training/runs/forecast.ts";
import { predict } from "../../../training/steps/predict.ts";
import { predictModel } from "../../../training/steps/label_reuse.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

/** A whole of 1000 bytes. */
const share = (parts: number) => Promise.resolve(1000 / parts);

Deno.test("fittingParts() takes the whole graph where it fits, else as few parts as do", async () => {
  const expected = [[1000, 1], [999, 2], [500, 2], [499, 3], [300, 4], [151, 7], [20, 50]];
  for (const [budget, parts] of expected) {
    assertEquals(await fittingParts(500, budget!, share), parts);
  }
  assertEquals(await fittingParts(500, Infinity, share), 1);
});

Deno.test("fittingParts() goes to the most there may be, and no further", async () => {
  const asked: number[] = [];
  const forecast = (parts: number) => (asked.push(parts), share(parts));
  assertEquals(await fittingParts(10, 100, forecast), 10);
  assertEquals(await fittingParts(10, 99, forecast), undefined);
  assertEquals(Math.max(...asked), 10);
  assertEquals(await fittingParts(1, 999, forecast), undefined);
});

Deno.test("fittingParts() takes a tensor that is refused for one that does not fit", async () => {
  const forecast = (parts: number) =>
    parts < 3 ? Promise.reject(new RangeError("too large")) : share(parts);
  assertEquals(await fittingParts(10, Infinity, forecast), 3);
  const broken = () => Promise.reject(new TypeError("broken"));
  await assertRejects(() => fittingParts(10, 99, broken), TypeError, "broken");
});

Deno.test("forecastInference() is the peak of the evaluation, so the parts it names fit", async () => {
  const graph = planted({ nodes: 600, degree: 6, tasks: 3 });
  const model = new RevGnn({ layers: 2, channels: 16 }, shapeOf(graph));
  const evaluated = async (parts: number, memoryBudget = Infinity) => {
    using gpu = await openGpu({ memoryBudget });
    using parameters = new Parameters(gpu, model.layout, initialWeights(model.layout, 0));
    await predict(gpu, graph, (graph) => predictModel(model, { graph, parameters }), { parts });
    return gpu.ledger.peak;
  };
  using gpu = await openGpu();
  const forecast = (parts: number) => forecastInference(model, graph, { parts }, gpu.adapter);
  const whole = await forecast(1);
  for (const parts of [1, 3, 7]) assertEquals(await forecast(parts), await evaluated(parts));
  const parts = await fittingParts(graph.nodes, whole - 1, forecast);
  assert(parts !== undefined && parts > 1);
  assert(await evaluated(parts, whole - 1) < whole);
});
