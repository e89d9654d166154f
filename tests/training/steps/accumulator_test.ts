/** Steps of several parts: gradients and running statistics are their means. */
import { planted } from "../../../graphs/planted/planted.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import type { Device } from "../../../gpu/tensor.ts";
import { DeviceGraph } from "../../../batch/device_graph.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import { readGradients, readWeights } from "../../../training/files/state_dict.ts";
import { ALONE } from "../../../training/ranks/ranks.ts";
import { rateOf } from "../../../training/loop/epoch.ts";
import { train } from "../../../training/loop/train.ts";
import { trainingSettings } from "../../../training/settings.ts";
import { initialValues } from "../../../training/steps/initial_values.ts";
import { Trainer } from "../../../training/steps/trainer.ts";
import { assertEquals, assertRejects, assertThrows } from "../../assert.ts";
import { accumulate } from "../../reference/accumulate.ts";

const KINDS = {
  "layer norms": { kind: "rev-gnn", layers: 3, channels: 8, groups: 2, dropout: 0.3 },
  "batch norms": { kind: "rev-gnn", layers: 3, channels: 8, dropout: 0.3, norm: "batch" },
} as const;
const parts = [1, 2, 3].map((seed) => planted({ nodes: 60, degree: 5, seed }));
const [first] = parts as [typeof parts[0]];

/** What the reference makes the mean of: added up in order, times a third. */
function meanOf(vectors: readonly Float32Array[]): Float32Array {
  const sum = vectors.reduce<number[]>(
    (sum, vector) => sum.map((value, at) => accumulate(value, vector[at]!)),
    Array.from(vectors[0]!, () => 0),
  );
  return Float32Array.from(sum, (value) => value * Math.fround(1 / vectors.length));
}

/** Gradients and running statistics of each part alone, all from the same values. */
async function alone(gpu: Device, of: keyof typeof KINDS) {
  const model = buildModel(KINDS[of], shapeOf(first));
  const values = initialValues(model, first, 0);
  const gradients: Float32Array[] = [];
  const statistics: Float32Array[] = [];
  for (const [before, graph] of parts.entries()) {
    using device = new DeviceGraph(gpu, graph);
    using trainer = new Trainer(gpu, model, values, { seed: 0 });
    trainer.restore(before, trainer.moments.map(({ cols }) => new Float32Array(cols)));
    await trainer.gradients(device);
    gradients.push(await readGradients(trainer.parameters));
    statistics.push((await readWeights(trainer.parameters)).slice(model.layout.words));
  }
  return { model, values, gradients, statistics };
}

for (const name of Object.keys(KINDS) as (keyof typeof KINDS)[]) {
  Deno.test(`Trainer.step() of three parts has the mean of what each gives alone, ${name}`, async () => {
    using gpu = await openGpu();
    const { model, values, gradients, statistics } = await alone(gpu, name);
    using trainer = new Trainer(gpu, model, values, { seed: 0, parts: 3, accumulate: 3 });
    for (const [batch, graph] of parts.entries()) {
      using device = new DeviceGraph(gpu, graph);
      await trainer.step(device, 1e-2, batch);
      const weights = await readWeights(trainer.parameters);
      if (batch < 2) assertEquals(weights, values, "before all parts are there");
    }
    assertEquals(await readGradients(trainer.parameters), meanOf(gradients));
    const running = (await readWeights(trainer.parameters)).slice(model.layout.words);
    assertEquals(running, meanOf(statistics));
    assertEquals(running.length > 0, name === "batch norms");
    const [losses] = await gpu.read(trainer.losses);
    assertEquals(new Set(losses).size, 3);
  });
}

Deno.test("rateOf() counts steps, each of as many parts as it accumulates", () => {
  const training = trainingSettings({ epochs: 4, parts: 6, accumulate: 3 });
  const rates = [1, 2, 3, 4].flatMap((epoch) =>
    [0, 1, 2, 3, 4, 5].map((batch) => rateOf(training, epoch, batch))
  );
  const steps = trainingSettings({ epochs: 4, parts: 2 });
  const expected = [1, 2, 3, 4].flatMap((epoch) =>
    [0, 0, 0, 1, 1, 1].map((batch) => rateOf(steps, epoch, batch))
  );
  assertEquals(rates, expected);
});

Deno.test("train() refuses to accumulate what does not divide an epoch's parts, or its ranks do not share evenly", async () => {
  using gpu = await openGpu();
  const model = buildModel(KINDS["layer norms"], shapeOf(first));
  assertThrows(
    () => new Trainer(gpu, model, initialValues(model, first, 0), { parts: 10, accumulate: 4 }),
    RangeError,
    "Cannot use accumulate 4: the 10 parts of an epoch are no multiple of it",
  );
  const two = { ...ALONE, size: 2 };
  await assertRejects(
    () => train(gpu, model, first, { epochs: 2, parts: 6, accumulate: 3, ranks: two }),
    RangeError,
    "Cannot share 3 parts a step among 2 processes: each takes as many",
  );
  const { losses } = await train(gpu, model, first, { epochs: 2, parts: 4, accumulate: 4 });
  assertEquals(losses.length, 2);
});
