import { planted } from "../../../graphs/planted/planted.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import { DeviceGraph } from "../../../batch/device_graph.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import type { ModelGiven } from "../../../models/options.ts";
import { readGradients, readWeights } from "../../../training/files/state_dict.ts";
import { initialValues } from "../../../training/steps/initial_values.ts";
import { Trainer } from "../../../training/steps/trainer.ts";
import { assert, assertEquals, assertThrows } from "../../assert.ts";
import { clipFactor } from "../../reference/adam.ts";
import { largestError } from "../../reference/matrix.ts";
import { rmspropStep } from "../../reference/rmsprop.ts";
import { OPTIMISER } from "../../tolerances.ts";

const KINDS = {
  RevGnn: { kind: "rev-gnn", layers: 3, channels: 8, groups: 2, dropout: 0.1 },
  ResGnn: { kind: "res-gnn", layers: 3, channels: 8, groups: 1, dropout: 0.1 },
  "RevGnn of batch norms": {
    kind: "rev-gnn",
    layers: 3,
    channels: 8,
    groups: 2,
    dropout: 0.1,
    norm: "batch",
  },
  "ResGnn of batch norms": {
    kind: "res-gnn",
    layers: 3,
    channels: 8,
    groups: 1,
    dropout: 0.1,
    norm: "batch",
  },
} as const;
const NAMES = Object.keys(KINDS) as (keyof typeof KINDS)[];
const graph = planted({ nodes: 200, degree: 6 });

/** Losses and last weights of five steps on a device of their own. */
async function fiveSteps(name: keyof typeof KINDS, seed: number) {
  using gpu = await openGpu();
  using device = new DeviceGraph(gpu, graph);
  const model = buildModel(KINDS[name], shapeOf(graph));
  const options = { seed, batches: 5 };
  using trainer = new Trainer(gpu, model, initialValues(model, graph, seed), options);
  for (let step = 0; step < 5; step++) await trainer.step(device, 1e-2, step);
  const [losses] = await gpu.read(trainer.losses);
  return { losses: losses!, weights: await readWeights(trainer.parameters) };
}

for (const name of NAMES) {
  const model = buildModel(KINDS[name], shapeOf(graph));

  Deno.test(`Trainer.step() repeats itself bit for bit, ${name}`, async () => {
    const [first, second] = [await fiveSteps(name, 1), await fiveSteps(name, 1)];
    assertEquals(second, first);
    assertEquals(new Set(first.losses).size, 5);
    const other = await fiveSteps(name, 2);
    assert(other.losses.every((loss, step) => loss !== first.losses[step]));
  });

  Deno.test(`Trainer.step() is one submission and makes no bind group twice, ${name}`, async () => {
    using gpu = await openGpu();
    using device = new DeviceGraph(gpu, graph);
    using trainer = new Trainer(gpu, model, initialValues(model, graph, 0), { seed: 0 });
    gpu.submit();
    const counts = [];
    for (let step = 0; step < 5; step++) {
      const before = gpu.submissions;
      await trainer.step(device, 1e-2);
      counts.push([gpu.submissions - before, gpu.bindGroups]);
    }
    const [, bindGroups] = counts[1]!;
    assert(bindGroups! > 0);
    assertEquals(counts, counts.map(() => [1, bindGroups!]));
  });

  Deno.test(`Trainer.step() overfits eight nodes, ${name}`, async () => {
    using gpu = await openGpu();
    const few = planted({ nodes: 8, degree: 3, tasks: 4, communities: 2 });
    const all = {
      ...few,
      split: { ...few.split, train: Uint32Array.from({ length: 8 }, (_, i) => i) },
    };
    using device = new DeviceGraph(gpu, all);
    const model = buildModel({ ...KINDS[name], dropout: 0 }, shapeOf(all));
    using trainer = new Trainer(gpu, model, initialValues(model, all, 0), {
      seed: 0,
      batches: 150,
    });
    for (let step = 0; step < 150; step++) await trainer.step(device, 1e-2, step);
    const [losses] = await gpu.read(trainer.losses);
    const [first, last] = [losses![0]!, losses!.at(-1)!];
    assert(first > 0.4 && last < 0.02, `the loss went from ${first} to ${last}`);
  });
}

Deno.test("Trainer.step() of RMSprop and no clipping is RMSprop's own", async () => {
  using gpu = await openGpu();
  using device = new DeviceGraph(gpu, graph);
  const model = buildModel(KINDS.RevGnn, shapeOf(graph));
  const values = initialValues(model, graph, 0);
  for (
    const { clip, weightDecay } of [{ clip: 0, weightDecay: 0 }, { clip: 0.01, weightDecay: 2 }]
  ) {
    const options = { seed: 0, optimiser: "rmsprop", clip, weightDecay } as const;
    using trainer = new Trainer(gpu, model, values, options);
    const expected = {
      weights: Float64Array.from(values),
      square: new Float64Array(values.length),
    };
    for (let step = 0; step < 2; step++) {
      await trainer.step(device, 1e-3);
      const gradients = Float64Array.from(await readGradients(trainer.parameters));
      const factor = clipFactor([gradients], clip || Infinity);
      assertEquals(factor < 1, clip > 0);
      const clipped = gradients.map((value) => factor * value);
      rmspropStep(expected, clipped, { learningRate: 1e-3, weightDecay });
    }
    const error = largestError(await readWeights(trainer.parameters), expected.weights);
    assert(error <= OPTIMISER, `off by ${error}`);
  }
});

Deno.test("Trainer.step() without training nodes has loss 0", async () => {
  using gpu = await openGpu();
  const none = { ...graph, split: { ...graph.split, train: new Uint32Array(0) } };
  using device = new DeviceGraph(gpu, none);
  const model = buildModel(KINDS.RevGnn, shapeOf(none));
  const values = initialValues(model, graph, 0);
  using trainer = new Trainer(gpu, model, values, { seed: 0 });
  await trainer.step(device, 1e-2);
  assertEquals((await gpu.read(trainer.losses))[0], Float32Array.of(0));
  assertEquals(await readWeights(trainer.parameters), values);
});

Deno.test("Trainer.predict() masks nothing and changes nothing", async () => {
  using gpu = await openGpu();
  using device = new DeviceGraph(gpu, graph);
  for (const options of Object.values(KINDS)) {
    const model = buildModel({ ...options, dropout: 0.5 }, shapeOf(graph));
    using trainer = new Trainer(gpu, model, initialValues(model, graph, 0), { seed: 0 });
    const logits = async () => {
      using tensor = await trainer.predict(device);
      return (await gpu.read(tensor))[0]!;
    };
    const [first, second] = [await logits(), await logits()];
    assert(new Set(first).size > graph.nodes);
    assertEquals(second, first);
  }
});

Deno.test("Trainer.step() takes its share of weight decay off every weight, beside Adam's step", async () => {
  using gpu = await openGpu();
  using device = new DeviceGraph(gpu, graph);
  const model = buildModel(KINDS.RevGnn, shapeOf(graph));
  const values = initialValues(model, graph, 0);
  const after = async (weightDecay: number) => {
    using trainer = new Trainer(gpu, model, values, { seed: 0, weightDecay });
    await trainer.step(device, 1e-2);
    return await readWeights(trainer.parameters);
  };
  const [plain, decayed] = [await after(0), await after(0.5)];
  const expected = plain.map((weight, k) => weight - 1e-2 * 0.5 * values[k]!);
  const error = largestError(decayed, expected);
  assert(error <= OPTIMISER && largestError(decayed, plain) > OPTIMISER, `off by ${error}`);
});

Deno.test("Trainer refuses a negative weight decay", async () => {
  using gpu = await openGpu();
  const model = buildModel(KINDS.RevGnn, shapeOf(graph));
  const values = initialValues(model, graph, 0);
  assertThrows(
    () => new Trainer(gpu, model, values, { weightDecay: -1 }),
    RangeError,
    "Cannot use weightDecay -1: expected a number from 0",
  );
});

const CLASSES = planted({ nodes: 200, degree: 6, tasks: 4, classes: true });
/** Models by whether all of their steps on a graph are alike. */
const ALIKE: Record<string, { model: ModelGiven; alike: boolean }> = {
  ...Object.fromEntries(NAMES.map((name) => [name, { model: KINDS[name], alike: true }])),
  "RevGNN of fixed-point states": {
    model: { kind: "rev-gnn", layers: 3, channels: 8, state: "fixed" },
    alike: true,
  },
  "RevGNN that keeps activations in 2 bits": {
    model: { kind: "rev-gnn", layers: 4, channels: 8, dropout: 0.1, activations: "2-bit" },
    alike: true,
  },
  "RevGNN that makes activations again": {
    model: { kind: "rev-gnn", layers: 4, channels: 8, dropout: 0.1, activations: "recomputed" },
    alike: true,
  },
  "RevGAT of edge dropout": {
    model: { kind: "rev-gat", layers: 3, channels: 8, groups: 2, dropout: 0.2, inputDropout: 0.1 },
    alike: true,
  },
  "RevGAT of labels": {
    model: { kind: "rev-gat", layers: 3, channels: 8, groups: 2, labels: true },
    alike: true,
  },
  "RevGNN of labels": {
    model: { kind: "rev-gnn", layers: 3, channels: 8, dropout: 0.1, labels: true, labelHops: 2 },
    alike: true,
  },
  "tied ResGNN of labels, without guesses": {
    model: {
      ...{ kind: "res-gnn", layers: 4, channels: 8, tied: true },
      ...{ labels: true, labelIterations: 0 },
    },
    alike: true,
  },
  "DeqGnn": {
    model: { kind: "deq-gnn", channels: 8, equilibrium: { maxSteps: 4 } },
    alike: false,
  },
};

for (const [name, { model: given, alike }] of Object.entries(ALIKE)) {
  const how = alike ? "sends the launches of the second again" : "launches each time anew";
  Deno.test(`Trainer.step() on one graph ${how}, to the same bits, ${name}`, async () => {
    const data = given.kind === "rev-gat" ? CLASSES : graph;
    const model = buildModel(given, shapeOf(data));
    using gpu = await openGpu();
    const options = { seed: 1, pretrainEpochs: given.kind === "deq-gnn" ? 2 : 0 };
    let launched = 0;
    const launch = gpu.launch.bind(gpu);
    gpu.launch = (...of) => {
      launched++;
      launch(...of);
    };
    /** Launches and losses of six steps that take turns on so many graphs, and the last weights. */
    const taken = async (count: number) => {
      using graphs = new DisposableStack();
      const turns = Array.from({ length: count }, () => graphs.use(new DeviceGraph(gpu, data)));
      using trainer = new Trainer(gpu, model, initialValues(model, data, 1), options);
      const launches: number[] = [];
      const losses: number[] = [];
      for (let step = 0; step < 6; step++) {
        launched = 0;
        await trainer.step(turns[step % count]!, 1e-2 / (1 + step));
        launches.push(launched);
        using logits = await trainer.predict(turns[0]!);
        losses.push((await gpu.read(trainer.losses, logits))[0]![0]!);
      }
      return { launches, losses, weights: await readWeights(trainer.parameters) };
    };
    const { launches, ...repeated } = await taken(1);
    const { launches: all, ...recorded } = await taken(2);
    assertEquals(repeated, recorded);
    assert(all.every((count) => count > 30), `${all}`);
    assertEquals(launches, alike ? [...all.slice(0, 2), 0, 0, 0, 0] : all);
  });
}

Deno.test("Trainer.step() on another graph, row or teacher is not what the last one was", async () => {
  using gpu = await openGpu();
  using device = new DeviceGraph(gpu, CLASSES);
  const model = buildModel(KINDS.RevGnn, shapeOf(CLASSES));
  const logits = Float32Array.from({ length: 4 * CLASSES.nodes }, (_, i) => i % 4);
  using teacher = gpu.upload({ data: logits, rows: CLASSES.nodes, cols: 4 });
  using trainer = new Trainer(gpu, model, initialValues(model, CLASSES, 0), { batches: 2 });
  const lossesOf = async (batch: number, taught?: typeof teacher) => {
    for (let step = 0; step < 3; step++) await trainer.step(device, 0, batch, taught);
    return [...(await gpu.read(trainer.losses))[0]!];
  };
  const [first] = await lossesOf(0);
  const [kept, second] = await lossesOf(1);
  assertEquals(kept, first);
  assert(second! > 0, `${second}`);
  const [, learned] = await lossesOf(1, teacher);
  assert(Math.abs(learned! - second!) > 0.1, `${learned} with a teacher, ${second} without`);
});
