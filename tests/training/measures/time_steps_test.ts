import { planted } from "../../../graphs/planted/planted.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import { shapeOf } from "../../../models/model.ts";
import { RevGnn } from "../../../models/rev_gnn.ts";
import { readWeights } from "../../../training/files/state_dict.ts";
import { firstBatch } from "../../../training/measures/first_batch.ts";
import { initialValues } from "../../../training/steps/initial_values.ts";
import { timeSteps } from "../../../training/measures/time_steps.ts";
import { Trainer } from "../../../training/steps/trainer.ts";
import { assert, assertEquals } from "../../assert.ts";

const data = planted({ nodes: 100, degree: 4, tasks: 3 });
const model = new RevGnn({ layers: 3, channels: 8 }, shapeOf(data));

for (const parts of [1, 3]) {
  Deno.test(`timeSteps() is the least of its steps but the first, ${parts} parts`, async () => {
    using gpu = await openGpu();
    const values = initialValues(model, data, 0);
    using trainer = new Trainer(gpu, model, values, { seed: 0 });
    const batch = await firstBatch(data, { parts });
    const clock = [0, 1, 10, 17, 20, 25, 30, 36];
    const least = await timeSteps(gpu, trainer, batch, 3, () => 1000 * clock.shift()!);
    assertEquals([least, clock.length], [5, 0]);
    assertEquals(await readWeights(trainer.parameters), values);
  });
}

Deno.test("timeSteps() makes nothing in the steps that count", async () => {
  using gpu = await openGpu();
  using trainer = new Trainer(gpu, model, initialValues(model, data, 0), { seed: 0 });
  const counts: number[][] = [];
  const { step } = trainer;
  trainer.step = async (...call) => {
    await step.apply(trainer, call);
    counts.push([gpu.bindGroups, gpu.ledger.live]);
  };
  await timeSteps(gpu, trainer, { graph: data }, 3);
  assertEquals(counts.length, 4);
  const [, made] = counts;
  assert(made![0]! > 0);
  assertEquals(counts.slice(1), [made!, made!, made!]);
});
