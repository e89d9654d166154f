/** A run by parts takes the memory of its largest part or of its evaluation, whichever is more. */
import { planted } from "../../graphs/planted/planted.ts";
import { openDryRun } from "../../gpu/dry_run.ts";
import { openDevice } from "../../gpu/open_device.ts";
import { Gpu, openGpu } from "../../gpu/gpu.ts";
import { PURPOSES } from "../../gpu/ledger.ts";
import { tensorBytes } from "../../gpu/tensor.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf, usedBy } from "../../models/model.ts";
import type { ModelGiven } from "../../models/options.ts";
import { forecast } from "../../training/runs/forecast.ts";
import { predict } from "../../training/steps/predict.ts";
import { initialValues } from "../../training/steps/initial_values.ts";
import { partSizes } from "../../training/loop/part_sizes.ts";
import { run } from "../../training/runs/run.ts";
import { train } from "../../training/loop/train.ts";
import type { TrainOptions } from "../../training/loop/train_options.ts";
import { Trainer } from "../../training/steps/trainer.ts";
import { assert, assertEquals } from "../assert.ts";

const graphOf = (nodes: number) => planted({ nodes, degree: 6, edgeFeatures: 3, tasks: 3 });
const graph = graphOf(101);
const classes = planted({ nodes: 101, degree: 6, tasks: 4, classes: true });
/** RevGAT's are classes. */
const dataOf = ({ kind }: ModelGiven) => kind === "rev-gat" ? classes : graph;

const MODELS = {
  "rev-gnn": { kind: "rev-gnn", layers: 3, channels: 16, groups: 2, dropout: 0.1 },
  "res-gnn of gat": {
    ...{ kind: "res-gnn", layers: 3, channels: 16, dropout: 0.1 },
    convolution: { kind: "gat", heads: 2, symmetricNorm: true, edgeDropout: 0.2 },
  },
  "tied": { kind: "res-gnn", layers: 5, channels: 16, groups: 1, dropout: 0, tied: true },
  "deq-gnn": { kind: "deq-gnn", layers: 1, channels: 16, groups: 1, dropout: 0.1 },
  "batch norms": {
    ...{ kind: "rev-gnn", layers: 3, channels: 16, groups: 2, dropout: 0.1, norm: "batch" },
  },
  "rev-gat of labels": {
    ...{ kind: "rev-gat", layers: 4, channels: 16, groups: 2, dropout: 0.1, labels: true },
    convolution: { kind: "gat", heads: 2, symmetricNorm: true, edgeDropout: 0.2 },
  },
  "tied of labels": {
    ...{ kind: "rev-gnn", layers: 5, channels: 16, groups: 2, dropout: 0.1, tied: true },
    ...{ labels: true, labelHops: 2 },
  },
  "softmax": {
    ...{ kind: "rev-gnn", layers: 2, channels: 16, groups: 2, dropout: 0 },
    convolution: { kind: "gen", aggregation: "softmax" },
  },
} as const satisfies Record<string, ModelGiven>;

function sameOf(nodes: number, { kind }: ModelGiven) {
  return kind === "rev-gat"
    ? planted({ nodes, degree: 6, tasks: 4, classes: true })
    : graphOf(nodes);
}

async function peakOf(
  options: ModelGiven,
  run: TrainOptions,
  data = dataOf(options),
): Promise<number> {
  using gpu = await openGpu();
  return (await train(gpu, buildModel(options, shapeOf(data)), data, run)).peakBytes;
}

for (const [name, options] of Object.entries(MODELS)) {
  Deno.test(`train() by 2 parts of 50 and 51 nodes takes what 2 of 51 take, ${name}`, async () => {
    const by2 = { epochs: 2, parts: 2, evaluateParts: 2 };
    const [uneven, even] = [
      await peakOf(options, by2),
      await peakOf(options, by2, sameOf(102, options)),
    ];
    // Their edges differ: how many stay within a part is chance.
    assert(uneven <= 1.05 * even, `${uneven} beside ${even}`);
  });

  Deno.test(`train() by parts takes the larger of training and evaluation, ${name}`, async () => {
    for (const evaluateParts of [1, 3, 7]) {
      const options2 = { epochs: 2, parts: 3, evaluateParts };
      const training = await peakOf(options, { ...options2, epochs: 0 });
      const evaluation = await evaluationPeak(options, options2);
      const both = await peakOf(options, options2);
      // A run of no epochs draws other parts than one of two.
      const slack = edgeBytes(options, options2);
      assert(
        both <= Math.max(training + slack, evaluation),
        `${both} of ${training}, ${evaluation}`,
      );
      assert(both >= Math.max(training, evaluation), `${both} of ${training}, ${evaluation}`);
    }
  });
}

/** The peak of a device with a trainer that only evaluates the run's first epoch. */
async function evaluationPeak(options: ModelGiven, run: TrainOptions): Promise<number> {
  const { parts = 1, evaluateParts = 1 } = run;
  const data = dataOf(options);
  const model = buildModel(options, shapeOf(data));
  using gpu = await openGpu();
  using trainer = new Trainer(gpu, model, initialValues(model, data, 0), {
    seed: 0,
    batches: parts,
  });
  void trainer.parameters.gradients;
  const { evaluation: size } = partSizes(data, run);
  const logits = { bytes: tensorBytes(size.nodes, data.labels.cols) };
  gpu.reserve(trainer.losses, trainer.squaredNorm, logits);
  await predict(gpu, data, (part) => trainer.predict(part), {
    ...{ parts: evaluateParts, seed: 1, size, ...usedBy(model) },
  });
  return gpu.ledger.peak;
}

/** Bytes of the edges by which a run's largest part exceeds that of its first epoch alone. */
function edgeBytes(options: ModelGiven, run: TrainOptions): number {
  const data = dataOf(options);
  const [all, first] = [run, { ...run, epochs: 0 }].map((run) => partSizes(data, run).training);
  // In-edges, out-edges, their places and the features; attention of two heads twice, and who is kept.
  return (all!.edges - first!.edges) * 4 * (3 + 4 + 1 + 2 * 2 + 1) + 16 * 8;
}

Deno.test("train() by parts holds 832 bytes of a tied ResGNN-32 more a layer for each node of the largest part", async () => {
  const parts = 4;
  for (const nodes of [101, 103, 1024]) {
    const data = graphOf(nodes);
    const peak = async (layers: number) => {
      const model: ModelGiven = {
        ...{ kind: "res-gnn", layers, channels: 32, groups: 1, dropout: 0.1, tied: true },
      };
      const run = { epochs: 2, parts, evaluateParts: parts };
      using gpu = await openGpu();
      const { peakBytes } = await train(gpu, buildModel(model, shapeOf(data)), data, run);
      return peakBytes;
    };
    const [few, more] = [await peak(6), await peak(9)];
    // Six channels' worth of 32, two pairs of moments padded to 4, a byte for each winner.
    const layer = 4 * (6 * 32 + 2 * 4 + 32 / 4);
    assertEquals([layer, more - few], [832, 3 * 832 * Math.ceil(nodes / parts)]);
  }
});

Deno.test("RevGnn by parts holds the same bytes at 3, 28 and 112 layers, parameters aside", async () => {
  const bytes: number[] = [];
  for (const layers of [3, 28, 112]) {
    using gpu = await openGpu();
    const model = buildModel({ ...MODELS["rev-gnn"], layers }, shapeOf(graph));
    const { activationBytes } = await train(gpu, model, graph, { epochs: 1, parts: 4 });
    bytes.push(activationBytes);
  }
  assertEquals(bytes, bytes.map(() => bytes[0]!));
});

/** What each step and each evaluation of a run made, in bytes and buffers, from when the one before was done. */
async function madeBy(options: ModelGiven, run: TrainOptions) {
  const { device, info } = await openDevice();
  const { createBuffer } = device;
  let made = 0;
  device.createBuffer = (descriptor) => (made++, createBuffer.call(device, descriptor));
  const { step, predict: predicted } = Trainer.prototype;
  const log: { of: "step" | "evaluation" | "epoch"; made: number }[] = [];
  const note = (of: typeof log[number]["of"]) => {
    log.push({ of, made });
    made = 0;
  };
  Trainer.prototype.step = async function (...call) {
    await step.apply(this, call);
    note("step");
  };
  Trainer.prototype.predict = async function (...call) {
    const logits = await predicted.apply(this, call);
    note("evaluation");
    return logits;
  };
  try {
    using gpu = new Gpu(info, device, Infinity);
    const data = dataOf(options);
    const model = buildModel(options, shapeOf(data));
    const teacher = data === classes && { teacher: data.labels };
    await train(gpu, model, data, { ...teacher, ...run, onEpoch: () => note("epoch") });
  } finally {
    Object.assign(Trainer.prototype, { step, predict: predicted });
  }
  return log;
}

for (const [name, options] of Object.entries(MODELS)) {
  Deno.test(`train() by parts makes no buffer once all parts have their memory, ${name}`, async () => {
    const epochs = 3;
    // As many parts of either kind: all of the first epoch's memory serves the others.
    const same = await madeBy(options, { epochs, parts: 3, evaluateParts: 3 });
    const first = same.findIndex(({ of }) => of === "epoch");
    assert(same.slice(0, 1).every(({ made }) => made > 0));
    assertEquals(same.slice(first + 1).filter(({ made }) => made > 0), []);
    for (const [parts, evaluateParts] of [[3, 7], [7, 3], [3, 1]]) {
      const log = await madeBy(options, { epochs, parts: parts!, evaluateParts: evaluateParts! });
      // Only what changes from training to evaluation, or back, may make any.
      const made = log.filter(({ of, made }, i) => made > 0 && i > 0 && of === log[i - 1]!.of);
      assertEquals(made, [], `${parts} and ${evaluateParts} parts`);
    }
  });
}

const SETTINGS = {
  experiment: "train",
  name: "",
  scale: "quick",
  dataset: "planted",
  epochs: 2,
  learningRate: 1e-3,
  schedule: "constant",
  seed: 1,
} as const;

for (const [name, model] of Object.entries(MODELS)) {
  Deno.test(`run() is refused a hundredth below its forecast and fits a hundredth above, ${name}`, async () => {
    for (const batches of [{ parts: 1 }, { parts: 4 }, { parts: 4, evaluateParts: 3 }]) {
      const settings = { ...SETTINGS, ...batches, model };
      using gpu = await openGpu();
      const data = dataOf(model);
      const built = buildModel(model, shapeOf(data));
      const { peakBytes } = await forecast(built, data, settings, gpu.adapter);
      const within = (share: number) =>
        run({ ...settings, memoryBudget: Math.round(share * peakBytes) }, data);
      const [below, above] = [await within(0.99), await within(1.01)];
      assertEquals([below.status, above.status], ["does not fit", "trained"]);
      assertEquals([below.peakBytes, above.peakBytes], [peakBytes, peakBytes]);
    }
  });
}

Deno.test("forecast() of parts asks for their sizes and no more of a graph than its columns", async () => {
  const model = buildModel(MODELS["rev-gnn"], shapeOf(graph));
  const options = { epochs: 5, parts: 4, evaluateParts: 3, seed: 2 };
  const sizes = partSizes(graph, options);
  const few = planted({ nodes: 60, degree: 1, edgeFeatures: 3, tasks: 3 });
  const expected = await forecast(model, graph, options);
  assertEquals(await forecast(model, few, { ...options, sizes }), expected);
});

Deno.test("Gpu.turn() lets what is free give way before more is held than ever, and no sooner", () => {
  using gpu = openDryRun();
  const { live: start } = gpu.ledger;
  const held = () => gpu.ledger.live - start;
  const use = (...cols: number[]) => {
    const tensors = cols.map((cols) => gpu.empty(1, cols));
    const most = held();
    for (const tensor of tensors) tensor[Symbol.dispose]();
    return most;
  };
  assertEquals(use(100, 200), 1200);
  gpu.turn();
  // Of its own size it is used again; of another it takes the place of the largest.
  assertEquals(use(100), 1200);
  assertEquals(use(160), 400 + 640);
  assertEquals(use(40), 400 + 640 + 160);
  assertEquals(use(300), 400 + 640 + 160 + 1200);
  gpu.turn();
  assertEquals([use(300, 100, 160, 40), gpu.ledger.peak - start], [2400, 2400]);
  assertEquals(PURPOSES.map((purpose) => gpu.ledger.peakOf(purpose)).at(-2), 2400);
});

Deno.test("forecast() is what parts take whose launches have more parameters than a uniform buffer", async () => {
  // Each layer draws its edges with parameters of its own.
  const model = buildModel({ ...MODELS["rev-gat of labels"], layers: 270 }, shapeOf(classes));
  const options = { epochs: 2, parts: 3 };
  using gpu = await openGpu();
  const { peakBytes } = await train(gpu, model, classes, options);
  assertEquals((await forecast(model, classes, options, gpu.adapter)).peakBytes, peakBytes);
});
