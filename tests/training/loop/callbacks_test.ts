/** What training hands to its callbacks and to its steps, against the same steps taken one by one. */
import { DeviceGraph } from "../../../batch/device_graph.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import { readWeights } from "../../../training/files/state_dict.ts";
import type { EpochFigures } from "../../../training/loop/history.ts";
import type { Outcome } from "../../../training/loop/outcome.ts";
import { train } from "../../../training/loop/train.ts";
import type { Progress, TrainOptions } from "../../../training/loop/train_options.ts";
import { initialValues } from "../../../training/steps/initial_values.ts";
import { scoresOf } from "../../../training/steps/metrics.ts";
import { learningRateAt } from "../../../training/steps/schedule.ts";
import { Trainer } from "../../../training/steps/trainer.ts";
import { validationLoss } from "../../../training/steps/validation_loss.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { stopAfter, withPath } from "../stopped.ts";
import { figures } from "../untimed.ts";

const graph = planted({ nodes: 90, degree: 4, tasks: 3, classes: true });
const model = buildModel({ kind: "rev-gnn", layers: 2, channels: 8 }, shapeOf(graph));
const OPTIONS = { epochs: 5, seed: 2, learningRate: 0.05 } as const;

/** Each epoch's figures, logits and weights, by a trainer alone. */
async function stepByStep(bestBy: "score" | "loss") {
  using gpu = await openGpu();
  using device = new DeviceGraph(gpu, graph);
  using trainer = new Trainer(gpu, model, initialValues(model, graph, 2), OPTIONS);
  const epochs = [];
  for (let epoch = 1; epoch <= OPTIONS.epochs; epoch++) {
    const learningRate = learningRateAt("one-cycle", 0.05, epoch - 1, OPTIONS.epochs);
    await trainer.step(device, learningRate);
    using predicted = await trainer.predict(device);
    const [losses, squares, data] = await gpu.read(trainer.losses, trainer.squaredNorm, predicted);
    const logits = { data: data!, rows: 90, cols: 3 };
    const scores = scoresOf(logits, graph);
    const judged = bestBy === "score"
      ? scores.valid
      : -validationLoss(logits, graph, graph.split.valid, null);
    const gradientNorm = Math.sqrt(squares![0]!);
    const told = { epoch, loss: losses![0]!, scores, learningRate, gradientNorm, judged };
    epochs.push({ told, logits, weights: await readWeights(trainer.parameters) });
  }
  return epochs;
}

for (const bestBy of ["score", "loss"] as const) {
  Deno.test(`train() tells of each epoch what its step gave, the best by ${bestBy}`, async () => {
    const expected = await stepByStep(bestBy);
    const calls: string[] = [];
    const told: Progress[] = [];
    const soFar: Outcome[] = [];
    const bests: unknown[] = [];
    using gpu = await openGpu();
    const outcome = await train(gpu, model, graph, {
      ...{ ...OPTIONS, bestBy },
      onStart: () => calls.push("start"),
      onPart: ({ epoch }) => calls.push(`part of ${epoch}`),
      onEpoch(progress, outcomeSoFar) {
        calls.push(`epoch ${progress.epoch}`);
        told.push(progress);
        soFar.push(outcomeSoFar());
      },
      async onBest({ parameters, ...best }) {
        calls.push(`best ${best.epoch}`);
        bests.push({ ...best, weights: await readWeights(parameters) });
      },
    });
    assertEquals(
      told.map(({ seconds: _, peakBytes: _bytes, ...figures }) => figures),
      expected.map(({ told }) => told),
    );
    let most = -Infinity;
    const better = expected.filter(({ told: { judged } }) => {
      const isBetter = judged > most;
      most = Math.max(most, judged);
      return isBetter;
    });
    assertEquals(
      bests,
      better.map(({ told: { epoch, scores }, ...best }) => ({ epoch, scores, ...best })),
    );
    const isBest = (epoch: number) => better.some(({ told }) => told.epoch === epoch);
    assertEquals(calls, [
      "start",
      ...[1, 2, 3, 4, 5].flatMap((epoch) => [
        ...[`part of ${epoch}`, `epoch ${epoch}`],
        ...isBest(epoch) ? [`best ${epoch}`] : [],
      ]),
    ]);
    assert(better.length > 1 && better.length < 5, `${better.length} of 5 are the best so far`);

    for (const [i, { losses, history, bestEpoch, scores }] of soFar.entries()) {
      const best = better.findLast(({ told }) => told.epoch <= i + 1)!.told;
      assertEquals(losses, expected.slice(0, i + 1).map(({ told }) => told.loss));
      assertEquals([history.length, bestEpoch, scores], [i + 1, best.epoch, best.scores]);
    }
    assertEquals(soFar.at(-1), outcome);
    const peaks = told.map(({ peakBytes }) => peakBytes);
    assertEquals([peaks.toSorted((a, b) => a - b), peaks.at(-1)], [peaks, gpu.ledger.peak]);
    const seconds = told.reduce((sum, { seconds }) => sum + seconds, 0);
    assertEquals(outcome.secondsPerEpoch, seconds / 5);
  });
}

Deno.test("train() that goes on tells after its start which epochs are done, with their figures", () =>
  withPath(async (path) => {
    const told: [number, readonly EpochFigures[]][] = [];
    const calls: string[] = [];
    const options: TrainOptions = {
      ...{ ...OPTIONS, resume: { path, seconds: 0 } },
      onStart: () => calls.push("start"),
      onResume(...done) {
        calls.push("resume");
        told.push(done);
      },
    };
    const run = async (more: Partial<TrainOptions>) => {
      using gpu = await openGpu();
      return await train(gpu, model, graph, { ...options, ...more });
    };
    await assertRejects(() => run(stopAfter(4)), Error, "stopped");
    const outcome = await run({});
    assertEquals(calls, ["start", "start", "resume"]);
    assertEquals(told.length, 1);
    const [epochs, done] = told[0]!;
    assertEquals(epochs, 3);
    assertEquals(done.slice(0, 3), outcome.history.slice(0, 3));
    const whole = await run({ resume: { path: `${path}.other` } });
    assertEquals(figures(outcome), figures(whole));
  }));

Deno.test("train() hands each step its part's rate, its row of the losses, and its teacher's rows", async () => {
  // Node i has i for its first feature, and for its teacher's first logit.
  const numbered = (cols: number) => {
    const data = new Float32Array(90 * cols);
    for (let node = 0; node < 90; node++) data[node * cols] = node;
    return { data, rows: 90, cols };
  };
  const x = numbered(graph.x.cols);
  const steps: [number, number][] = [];
  const { step } = Trainer.prototype;
  Trainer.prototype.step = async function (part, rate, batch, teacher) {
    steps.push([rate, batch!]);
    const [features, taught] = await part.gpu.read(part.x, teacher!);
    const nodes = taught!.filter((_, at) => at % 3 === 0);
    assertEquals(nodes, features!.filter((_, at) => at % x.cols === 0));
    assert(nodes.length >= 30 && nodes.some((node) => node > 0), `${nodes}`);
    await step.call(this, part, rate, batch, teacher);
  };
  try {
    using gpu = await openGpu();
    const options = {
      epochs: 2,
      parts: 3,
      worker: false,
      learningRate: 1e-3,
      teacher: numbered(3),
    };
    await train(gpu, model, { ...graph, x }, options);
  } finally {
    Trainer.prototype.step = step;
  }
  const rate = (at: number) => learningRateAt("one-cycle", 1e-3, at, 6);
  assertEquals(steps, [0, 1, 2, 3, 4, 5].map((at) => [rate(at), at % 3]));
});
