import type { Matrix } from "../../../graphs/graph.ts";
import { zeros } from "../../../graphs/matrix.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { openDevice } from "../../../gpu/open_device.ts";
import { Gpu, openGpu } from "../../../gpu/gpu.ts";
import type { Tensor } from "../../../gpu/tensor.ts";
import { RevGnn } from "../../../models/rev_gnn.ts";
import { type Model, shapeOf } from "../../../models/model.ts";
import { accuracy } from "../../../training/steps/metrics.ts";
import { learningRateAt } from "../../../training/steps/schedule.ts";
import { train } from "../../../training/loop/train.ts";
import type { Best, Progress, TrainOptions } from "../../../training/loop/train_options.ts";
import { Trainer } from "../../../training/steps/trainer.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { figures } from "../untimed.ts";

const graph = planted({ nodes: 200, degree: 6, tasks: 4 });
const model: Model = new RevGnn({ layers: 3, channels: 8, dropout: 0.1 }, shapeOf(graph)) as Model;

/** Counts readbacks. */
class CountingGpu extends Gpu {
  reads = 0;

  override read(...tensors: Tensor[]): Promise<Float32Array[]> {
    this.reads++;
    return super.read(...tensors);
  }
}

/** A run on a device of its own, and what it asked of the device by the end of each epoch. */
async function countedRun(options: TrainOptions) {
  const { device, info } = await openDevice();
  using gpu = new CountingGpu(info, device, Infinity);
  const epochs: { progress: Progress; reads: number; submissions: number; bindGroups: number }[] =
    [];
  const outcome = await train(gpu, model, graph, {
    ...options,
    onEpoch: (progress) => {
      const { reads, submissions, bindGroups } = gpu;
      epochs.push({ progress, reads, submissions, bindGroups });
    },
  });
  return { epochs, outcome };
}

Deno.test("train() submits once a step and reads once an epoch", async () => {
  const { epochs } = await countedRun({ epochs: 5, evaluateEvery: 2 });
  assertEquals(epochs.map(({ reads }) => reads), [1, 2, 3, 4, 5]);
  // The step, and the readback with or without an evaluation.
  const first = epochs[0]!.submissions;
  assertEquals(epochs.map(({ submissions }) => submissions - first), [0, 2, 4, 6, 8]);
});

Deno.test("train() with 3 parts submits thrice and reads once an epoch", async () => {
  const { epochs } = await countedRun({ epochs: 3, parts: 3 });
  assertEquals(epochs.map(({ reads }) => reads), [1, 2, 3]);
  const first = epochs[0]!.submissions;
  assertEquals(epochs.map(({ submissions }) => submissions - first), [0, 4, 8]);
});

Deno.test("train() spreads its schedule over the steps of all epochs", async () => {
  const { step } = Trainer.prototype;
  const rates: number[] = [];
  Trainer.prototype.step = function (...call) {
    rates.push(call[1]);
    return step.apply(this, call);
  };
  try {
    await countedRun({ epochs: 4, parts: 3, learningRate: 0.02 });
  } finally {
    Trainer.prototype.step = step;
  }
  const expected = rates.map((_, step) => learningRateAt("one-cycle", 0.02, step, 12));
  assertEquals([rates.length, ...rates], [12, ...expected]);
});

Deno.test("train() creates no bind group from its second epoch on", async () => {
  const { epochs } = await countedRun({ epochs: 5 });
  const bindGroups = epochs.map((epoch) => epoch.bindGroups);
  assertEquals(bindGroups.slice(1), bindGroups.slice(1).map(() => bindGroups[1]!));
});

Deno.test("train() of parts keeps no memory of parts gone by", async () => {
  const { epochs } = await countedRun({ epochs: 8, parts: 3 });
  assertEquals(
    epochs.map((epoch) => epoch.bindGroups).slice(2),
    Array(6).fill(epochs[1]!.bindGroups),
  );
});

for (const parts of [1, 3]) {
  Deno.test(`train() repeats itself bit for bit, ${parts} parts`, async () => {
    const [first, second, other] = [
      await countedRun({ epochs: 4, parts, seed: 1 }),
      await countedRun({ epochs: 4, parts, seed: 1 }),
      await countedRun({ epochs: 4, parts, seed: 2 }),
    ];
    assertEquals(figures(second.outcome), figures(first.outcome));
    assert(first.outcome.losses.every(Number.isFinite));
    assert(other.outcome.losses.every((loss, epoch) => loss !== first.outcome.losses[epoch]));
  });
}

Deno.test("train() learns: its best epoch's scores beat its first", async () => {
  const { epochs, outcome } = await countedRun({ epochs: 40, learningRate: 2e-2 });
  const progresses = epochs.map(({ progress }) => progress);
  const best = progresses.find(({ epoch }) => epoch === outcome.bestEpoch)!;
  const valid = progresses.map(({ scores }) => scores!.valid);
  assertEquals(outcome.scores, best.scores);
  assertEquals(best.scores!.valid, Math.max(...valid));
  assertEquals(outcome.losses, progresses.map(({ loss }) => loss));
  assert(best.scores!.train > progresses[0]!.scores!.train + 0.1);
  assert(outcome.losses.at(-1)! < outcome.losses[0]! - 0.1);
});

const classes = planted({ nodes: 400, degree: 6, tasks: 5, classes: true });
const classifier: Model = new RevGnn({ layers: 3, channels: 16 }, shapeOf(classes)) as Model;

for (
  const [what, options] of Object.entries(
    {
      "cross entropy": {},
      "log-epsilon, RMSprop and warm-up": {
        loss: "log-epsilon",
        optimiser: "rmsprop",
        schedule: { kind: "warm-up", epochs: 10 },
        learningRate: 2e-3,
        clip: 0,
      },
      "cross entropy in 2 parts": { parts: 2 },
    } satisfies Record<string, Partial<TrainOptions>>,
  )
) {
  Deno.test(`train() learns classes by ${what}`, async () => {
    using gpu = await openGpu();
    const { scores, losses } = await train(gpu, classifier, classes, { epochs: 40, ...options });
    const shares = Array.from(
      { length: 5 },
      (_, c) => classes.labels.data.filter((label, at) => at % 5 === c && label === 1).length / 400,
    );
    // To name the largest class always is chance.
    assert(scores!.test > Math.max(...shares) + 0.15, `${scores!.test}, shares ${shares}`);
    assert(losses.at(-1)! < 0.7 * losses[0]!, losses.join(" "));
  });
}

for (const parts of [1, 2]) {
  Deno.test(`train() moves a student to its teacher, ${parts} parts`, async () => {
    // A teacher that is wrong everywhere: it takes each class for the next.
    const teacher = zeros(400, 5);
    classes.labels.data.forEach((label, at) => {
      const [node, c] = [Math.floor(at / 5), at % 5];
      teacher.data[node * 5 + (c + 1) % 5] = 9 * label;
    });
    const taught = { ...teacher, data: teacher.data.map((logit) => logit / 9) };
    const agreement = async (options: Partial<TrainOptions>) => {
      using gpu = await openGpu();
      let last: Matrix | undefined;
      await train(gpu, classifier, classes, {
        epochs: 60,
        evaluateEvery: 60,
        parts,
        onBest: ({ logits }) => void (last = logits),
        ...options,
      });
      const all = Uint32Array.from({ length: 400 }, (_, node) => node);
      return [accuracy(last!, taught, all), accuracy(last!, classes.labels, all)];
    };
    const [alone, student] = [await agreement({}), await agreement({ teacher })];
    assert(alone[1]! > 0.5 && alone[0]! < 0.3, `alone ${alone}`);
    assert(student[0]! > 0.5 && student[1]! < 0.3, `student ${student}`);
  });
}

Deno.test("train() hands over the logits of each epoch that is the best so far", async () => {
  using gpu = await openGpu();
  const bests: Best[] = [];
  const epochs: Progress[] = [];
  const outcome = await train(gpu, classifier, classes, {
    epochs: 12,
    onBest: (best) => void bests.push(best),
    onEpoch: (progress) => epochs.push(progress),
  });
  for (const { epoch, scores, logits } of bests) {
    const { labels, split } = classes;
    assertEquals(scores.valid, accuracy(logits, labels, split.valid));
    const before = epochs.slice(0, epoch - 1);
    assert(before.every((earlier) => earlier.scores!.valid < scores.valid));
  }
  assertEquals(bests.at(-1)!.epoch, outcome.bestEpoch);
  assert(bests.length > 1);
});

Deno.test("train() refuses options that make no sense before it begins", async () => {
  using gpu = await openGpu();
  const before = gpu.ledger.peak;
  const teacher = zeros(200, 4);
  const cases: [Partial<TrainOptions>, string][] = [
    [{ loss: "log-epsilon" }, "Cannot learn planted by log-epsilon"],
    [{ teacher }, "Cannot learn planted from a teacher"],
    [{ clip: -1 }, "Cannot use clip -1: expected a number from 0"],
    [{ clip: NaN }, "Cannot use clip NaN: expected a number from 0"],
    [
      { schedule: { kind: "warm-up", epochs: 0 } },
      "Cannot use schedule.epochs 0: expected a whole number from 1",
    ],
    [{ parts: 0 }, "Cannot use parts 0: expected a whole number from 1"],
    [{ parts: 201 }, "Cannot split 200 nodes into 201 parts as each part needs a node"],
  ];
  for (const [options, message] of cases) {
    await assertRejects(
      () => train(gpu, model, graph, { epochs: 1, ...options }),
      RangeError,
      message,
    );
  }
  assertEquals(gpu.ledger.peak, before);
});

Deno.test("train() warms up over epochs, whatever their parts", async () => {
  const rates: number[] = [];
  const { step } = Trainer.prototype;
  Trainer.prototype.step = function (...call) {
    rates.push(call[1]);
    return step.apply(this, call);
  };
  try {
    const options = { epochs: 3, parts: 2, schedule: { kind: "warm-up", epochs: 2 } } as const;
    await countedRun({ ...options, learningRate: 0.8 });
  } finally {
    Trainer.prototype.step = step;
  }
  assertEquals(rates, [0.2, 0.4, 0.8 * 0.75, 0.8, 0.8, 0.8]);
});

Deno.test("train() evaluates every so many epochs, and the last", async () => {
  const { epochs } = await countedRun({ epochs: 5, evaluateEvery: 2 });
  const evaluated = epochs.filter(({ progress }) => progress.scores).map((e) => e.progress.epoch);
  assertEquals(evaluated, [2, 4, 5]);
});

Deno.test("train() of 0 epochs is one step without scores", async () => {
  const { epochs, outcome } = await countedRun({ epochs: 0 });
  assertEquals([epochs.length, outcome.losses.length], [1, 1]);
  assertEquals([outcome.scores, outcome.bestEpoch], [null, null]);
});

Deno.test("train() ends with a sentence when a feature is NaN", async () => {
  using gpu = await openGpu();
  const data = graph.x.data.slice();
  data[16 * graph.split.train[0]!] = NaN;
  const broken = { ...graph, x: { ...graph.x, data } };
  for (const epochs of [0, 2]) {
    const run = () => train(gpu, model, broken, { epochs });
    const error = await assertRejects(run, Error, "Cannot go on training: ");
    const [before, after] = [" is NaN in epoch 1, ", ", use a lower learning rate than 0.01"];
    assert(error.message.includes(before) && error.message.endsWith(after), error.message);
  }
});

Deno.test("train() ends with a sentence when the learning rate is far too high", async () => {
  using gpu = await openGpu();
  for (const evaluateEvery of [1, 9]) {
    const options = { epochs: 9, learningRate: 1e38, schedule: "constant", evaluateEvery } as const;
    const run = () => train(gpu, model, graph, options);
    const error = await assertRejects(run, Error, "Cannot go on training: ");
    assert(error.message.endsWith("use a lower learning rate than 1e+38"), error.message);
  }
});

Deno.test("train() leaves nothing behind but pooled memory", async () => {
  using gpu = await openGpu();
  await train(gpu, model, graph, { epochs: 1 });
  gpu.trim();
  assertEquals(gpu.ledger.live, gpu.ledger.peakOf("plumbing"));
});
