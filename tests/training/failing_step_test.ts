/** A training step or a prediction that throws, at whichever of its launches, leaves nothing behind. */
import { planted } from "../../graphs/planted/planted.ts";
import { DeviceGraph } from "../../batch/device_graph.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import { openGpu } from "../../gpu/gpu.ts";
import type { Device, Tensor } from "../../gpu/tensor.ts";
import type { Pass } from "../../layers/pass.ts";
import { initialWeights } from "../../layers/parameter_layout.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf } from "../../models/model.ts";
import type { ModelGiven } from "../../models/options.ts";
import { KEYS } from "../../training/steps/dropout_keys.ts";
import { driftOf } from "../../training/measures/drift.ts";
import { Trainer } from "../../training/steps/trainer.ts";
import { assert, assertEquals, assertRejects, assertThrows } from "../assert.ts";

const graph = planted({ nodes: 30, degree: 4, tasks: 3 });
const classes = planted({ nodes: 30, degree: 4, tasks: 3, classes: true });

const SHAPE = { layers: 3, channels: 8, dropout: 0.2 } as const;
const STEPS = { maxSteps: 3 } as const;
const MODELS: Readonly<Record<string, ModelGiven>> = {
  "rev-gnn": { kind: "rev-gnn", ...SHAPE, groups: 2 },
  "rev-gnn of batch norms": { kind: "rev-gnn", ...SHAPE, groups: 4, norm: "batch" },
  "res-gnn": { kind: "res-gnn", ...SHAPE },
  "res-gnn of labels": { kind: "res-gnn", ...SHAPE, labels: true },
  "rev-gat": {
    kind: "rev-gat",
    ...SHAPE,
    groups: 2,
    labels: true,
    inputDropout: 0.1,
    inputNorm: true,
  },
  "deq-gnn": { kind: "deq-gnn", channels: 8, equilibrium: STEPS },
  "deq-gnn of phantom steps": {
    kind: "deq-gnn",
    channels: 8,
    equilibrium: { ...STEPS, gradient: { kind: "phantom", steps: 2 } },
  },
};

/** A trainer at work: a step and an evaluation are taken already, so that all that lasts is there. */
async function atWork(gpu: Device, given: ModelGiven) {
  const data = given.kind === "rev-gat" ? classes : graph;
  const model = buildModel(given, shapeOf(data));
  const device = new DeviceGraph(gpu, data);
  const trainer = new Trainer(gpu, model, initialWeights(model.layout, 1), { seed: 1 });
  await trainer.step(device, 0.01);
  using _logits = await trainer.predict(device);
  return {
    model,
    trainer,
    device,
    [Symbol.dispose]: () => [trainer, device].forEach((one) => one[Symbol.dispose]()),
  };
}

/** Takes the work with a launch that throws, the k-th, from 1 on; whether the work came to it. */
async function failsAt(gpu: Device, k: number, work: () => Promise<unknown>): Promise<boolean> {
  let left = k;
  const launch = gpu.launch;
  gpu.launch = (kernel, options) => {
    if (--left === 0) throw new Error(`no ${k}`);
    launch.call(gpu, kernel, options);
  };
  try {
    await work();
    return false;
  } catch (error) {
    assertEquals(String(error), `Error: no ${k}`);
    return true;
  } finally {
    gpu.launch = launch;
  }
}

async function launchesOf(gpu: Device, work: () => Promise<unknown>): Promise<number> {
  const launch = gpu.launch;
  let launches = 0;
  gpu.launch = (kernel, options) => {
    launches++;
    launch.call(gpu, kernel, options);
  };
  await work();
  gpu.launch = launch;
  return launches;
}

function heldBy(gpu: Device): number {
  gpu.trim();
  return gpu.ledger.live;
}

/** The launches of the work, after each of which it has been stopped and has left nothing. */
async function stopEverywhere(gpu: Device, work: () => Promise<unknown>): Promise<number> {
  const before = heldBy(gpu);
  for (let k = 1;; k++) {
    const failed = await failsAt(gpu, k, work);
    assertEquals(heldBy(gpu), before, `after launch ${k}`);
    if (!failed) return k - 1;
  }
}

for (const [name, given] of Object.entries(MODELS)) {
  Deno.test(`Trainer.step() that throws at any launch leaves nothing behind, ${name}`, async () => {
    using gpu = openDryRun();
    using work = await atWork(gpu, given);
    const launches = await stopEverywhere(gpu, () => work.trainer.step(work.device, 0.01));
    assert(launches > 30, `${launches} launches`);
  });

  Deno.test(`Trainer.predict() that throws at any launch leaves nothing behind, ${name}`, async () => {
    using gpu = openDryRun();
    using work = await atWork(gpu, given);
    const launches = await stopEverywhere(gpu, async () => {
      using _logits = await work.trainer.predict(work.device);
    });
    assert(launches > 10, `${launches} launches`);
  });

  Deno.test(`Trainer.step() after one that threw has the bits of the first, ${name}`, async () => {
    using gpu = await openGpu();
    using plain = await atWork(gpu, given);
    using hurt = await atWork(gpu, given);
    for (const k of [1, 7, 30]) {
      assert(await failsAt(gpu, k, () => hurt.trainer.gradients(hurt.device)));
    }
    // The last launches are the optimiser's.
    const launches = await launchesOf(gpu, () => plain.trainer.step(plain.device, 0.01));
    for (const k of [launches - 2, launches - 1, launches]) {
      assert(await failsAt(gpu, k, () => hurt.trainer.step(hurt.device, 0.01)));
    }
    await hurt.trainer.step(hurt.device, 0.01);
    for (const { trainer, device } of [plain, hurt]) await trainer.step(device, 0.01);
    const [expected, actual] = await gpu.read(
      plain.trainer.parameters.weights,
      hurt.trainer.parameters.weights,
    );
    assertEquals(actual, expected!);
  });
}

Deno.test("driftOf() that throws at any launch leaves nothing behind", async () => {
  using gpu = openDryRun();
  const model = buildModel(MODELS["rev-gnn of batch norms"]!, shapeOf(graph));
  const values = initialWeights(model.layout, 1);
  const measure = () => driftOf(gpu, model, { graph }, values, { seed: 1 });
  await measure(); // Staging for readbacks stays.
  const launches = await stopEverywhere(gpu, measure);
  assert(launches > 100, `${launches} launches`);
});

for (const [name, given] of Object.entries(MODELS)) {
  Deno.test(`Model.forward() that throws at any launch leaves nothing behind, ${name}`, async () => {
    using gpu = openDryRun();
    using work = await atWork(gpu, given);
    using keys = gpu.empty(1, KEYS);
    using labels = gpu.empty(graph.nodes, 3);
    using dLogits = gpu.empty(graph.nodes, 3);
    const pass = passOf(work, keys, labels);
    const launches = await stopEverywhere(gpu, async () => {
      using forward = await work.model.forward(pass);
      await forward.backward(dLogits);
    });
    assert(launches > 20, `${launches} launches`);
  });

  Deno.test(`Model.forward() goes back once, and frees all it holds without that, ${name}`, async () => {
    using gpu = openDryRun();
    using work = await atWork(gpu, given);
    using keys = gpu.empty(1, KEYS);
    using labels = gpu.empty(graph.nodes, 3);
    using dLogits = gpu.empty(graph.nodes, 3);
    const pass = passOf(work, keys, labels);
    const before = heldBy(gpu);
    {
      using forward = await work.model.forward(pass);
      await forward.backward(dLogits);
      await assertRejects(
        async () => await forward.backward(dLogits),
        Error,
        "Cannot go back twice: what the forward pass saved is used up",
      );
    }
    assertEquals(heldBy(gpu), before);
    (await work.model.forward(pass))[Symbol.dispose]();
    assertEquals(heldBy(gpu), before);
  });
}

/** A training step's pass; a dry run asks for no values. */
function passOf(
  { model, trainer: { parameters }, device }: Awaited<ReturnType<typeof atWork>>,
  keys: Tensor,
  labels: Tensor,
): Pass {
  const masks = { keys, rate: model.options.dropout };
  const given = model.options.labels ? { labels } : {};
  return { mode: "training", graph: device, parameters, masks, ...given };
}

Deno.test("DeviceGraph and Trainer that exceed the memory at any tensor leave nothing behind", async () => {
  const model = buildModel(MODELS["res-gnn"]!, shapeOf(graph));
  const values = initialWeights(model.layout, 1);
  const make = (gpu: Device) => {
    using _device = new DeviceGraph(gpu, graph);
    using _trainer = new Trainer(gpu, model, values, { seed: 1 });
  };
  using all = openDryRun();
  make(all);
  for (let share = 0; share < 1; share += 0.05) {
    using gpu = await openGpu({ memoryBudget: share * all.ledger.peak });
    const before = heldBy(gpu);
    assertThrows(() => make(gpu), RangeError, "Cannot allocate");
    assertEquals(heldBy(gpu), before, `${share} of the memory`);
  }
});
