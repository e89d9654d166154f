import type { Matrix } from "../../../graphs/graph.ts";
import { planted } from "../../../graphs/planted/planted.ts";
import { formatBytes } from "../../../gpu/format_bytes.ts";
import { sameRun } from "../../../reports/rows/keys.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import { accuracy } from "../../../training/steps/metrics.ts";
import { writePredictions } from "../../../training/files/predictions.ts";
import type { Row } from "../../../training/row.ts";
import { doesNotFit, run } from "../../../training/runs/run.ts";
import { runSettings } from "../../../training/settings.ts";
import type { Progress } from "../../../training/loop/train_options.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { wrongField } from "../../reports/rows/wrong_field.ts";
import { FLOAT64 } from "../../tolerances.ts";

const graph = planted({ nodes: 100, degree: 4, tasks: 3 });
const SETTINGS = runSettings({
  experiment: "train",
  name: "RevGNN-8",
  scale: "quick",
  dataset: "planted",
  model: { kind: "rev-gnn", layers: 2, channels: 8, dropout: 0.1 },
  epochs: 3,
  evaluateEvery: 2,
  seed: 1,
  memoryBudget: 2 ** 24,
});

/** The labels of all buffers that a run creates. */
async function buffersOf(run: () => Promise<unknown>): Promise<string[]> {
  const { createBuffer } = GPUDevice.prototype;
  const labels: string[] = [];
  GPUDevice.prototype.createBuffer = function (descriptor) {
    labels.push(descriptor.label ?? "");
    return createBuffer.call(this, descriptor);
  };
  try {
    await run();
  } finally {
    GPUDevice.prototype.createBuffer = createBuffer;
  }
  return labels;
}

/** By a clock that goes on a second whenever it is looked at. */
async function withTicks<T>(act: () => Promise<T>): Promise<T> {
  const { now } = performance;
  let ticks = 0;
  performance.now = () => 1000 * ticks++;
  try {
    return await act();
  } finally {
    performance.now = now;
  }
}

Deno.test("run() makes a row of settings, provenance and what was measured", async () => {
  const epochs: Progress[] = [];
  let starts = 0;
  const row = await run(SETTINGS, graph, {
    onStart: () => starts++,
    onEpoch: (progress) => epochs.push(progress),
  });
  assertEquals({ ...row, ...SETTINGS }, row);
  assertEquals([row.status, starts, epochs.length], ["trained", 1, 3]);
  assertEquals(row.losses, epochs.map(({ loss }) => loss));
  assertEquals(row.scores, epochs.find(({ epoch }) => epoch === row.bestEpoch)!.scores);
  assertEquals(row.parameters, buildModel(SETTINGS.model, shapeOf(graph)).layout.count);
  assert(row.secondsPerEpoch! > 0);
  assert(0 < row.activationBytes && row.activationBytes < row.peakBytes);
  assert(row.peakBytes <= SETTINGS.memoryBudget!);
  assertEquals(row.deno, Deno.version.deno);
  assert(!Number.isNaN(Date.parse(row.date)));
  assert(row.adapter !== "" && row.commit !== "" && row.version !== "");
  assertEquals(JSON.parse(JSON.stringify(row)), row);
});

Deno.test("run() tells after each epoch the row that it would end with, each epoch's figures in it", async () => {
  const told: { progress: Progress; row: Row }[] = [];
  const row = await run(SETTINGS, graph, {
    onEpoch: (progress, soFar) => told.push({ progress, row: soFar() }),
  });
  assertEquals(told.map(({ row }) => row.losses.length), [1, 2, 3]);
  assertEquals(told.map(({ row }) => row.bestEpoch === null), [true, false, false]);
  assertEquals(told.map(({ row }) => wrongField(row)), [null, null, null]);
  assertEquals(told.at(-1)!.row, row);
  const { history, learningRate: peak } = row;
  const four = (value: number) => Number(value.toPrecision(4));
  for (const [i, { progress }] of told.entries()) {
    const { scores, gradientNorm, learningRate, seconds } = progress;
    assertEquals(
      [history!.train[i], history!.valid[i], history!.test[i]],
      i === 0 ? [null, null, null] : [scores!.train, scores!.valid, scores!.test].map(four),
    );
    assertEquals(history!.gradientNorm[i], four(gradientNorm));
    assertEquals(history!.learningRate[i], four(learningRate));
    assertEquals(history!.seconds[i], four(seconds));
    assert(gradientNorm > 0 && seconds > 0);
  }
  // One-cycle with too few steps to rise in begins at its peak.
  assertEquals(told[0]!.progress.learningRate, peak);
  assert(told[2]!.progress.learningRate < told[1]!.progress.learningRate);
});

Deno.test("run() of one step has no epochs to tell of", async () => {
  assertEquals((await run({ ...SETTINGS, epochs: 0 }, graph)).history, undefined);
});

Deno.test("run() of classes scores accuracy, and reads its teacher from a file", async () => {
  const classes = planted({ nodes: 100, degree: 4, tasks: 3, classes: true });
  assertEquals((await run({ ...SETTINGS, epochs: 1 }, graph)).metric, undefined);
  const teacher = await Deno.makeTempFile({ suffix: ".npy" });
  try {
    const data = classes.labels.data.map((label) => 9 * label);
    await writePredictions(teacher, { ...classes.labels, data });
    let best: Matrix | undefined;
    const settings = { ...SETTINGS, teacher };
    const row = await run(settings, classes, { onBest: ({ logits }) => void (best = logits) });
    assertEquals({ ...row, ...settings }, row);
    assertEquals(row.metric, "accuracy");
    assertEquals(row.scores!.test, accuracy(best!, classes.labels, classes.split.test));
    const named = { ...SETTINGS, teacher: "RevGAT" };
    const taught = await run(named, classes, {}, { teacherFile: teacher });
    assertEquals([taught.teacher, taught.losses], ["RevGAT", row.losses]);
    await assertRejects(
      () => run(SETTINGS, classes, {}, { teacherFile: teacher }),
      RangeError,
      `Cannot learn from ${teacher}: the run's settings must name a teacher, they name none`,
    );
    const alone = await run(SETTINGS, classes);
    assert(alone.losses[0] !== row.losses[0]);
    assertEquals(wrongField(row), null);
  } finally {
    await Deno.remove(teacher);
  }
});

Deno.test("run() of parts says how long it waited for them, in a row that can be read", async () => {
  for (const epochs of [0, 2]) {
    const settings = { ...SETTINGS, epochs, parts: 3, memoryBudget: null };
    const row = await withTicks(() => run(settings, graph));
    // A second between any two looks at the clock: around each wait, at the epoch's begin and its end.
    // Without epochs one part's step is measured.
    const waits = epochs === 0 ? 1 : 3;
    const error = row.waitShare! / (waits / (2 * waits + 1)) - 1;
    assert(Math.abs(error) <= FLOAT64, `waited ${row.waitShare}`);
    assertEquals(wrongField(row), null);
    assertEquals(wrongField({ ...row, waitShare: "half" }), "waitShare");
  }
  assert(!("waitShare" in await run(SETTINGS, graph)));
  const unfit = await run({ ...SETTINGS, parts: 3, memoryBudget: 100_000 }, graph);
  assertEquals([unfit.status, unfit.waitShare], ["does not fit", undefined]);
});

Deno.test("run() of 0 epochs measures memory alone", async () => {
  const row = await run({ ...SETTINGS, epochs: 0, memoryBudget: null }, graph);
  assertEquals([row.status, row.scores, row.bestEpoch], ["measured", null, null]);
  assertEquals(row.losses.length, 1);
});

Deno.test("run() takes just the bytes of its budget, and not one less", async () => {
  const { peakBytes } = await run({ ...SETTINGS, memoryBudget: null }, graph);
  assertEquals((await run({ ...SETTINGS, memoryBudget: peakBytes }, graph)).status, "trained");
  const less = await run({ ...SETTINGS, memoryBudget: peakBytes - 1 }, graph);
  assertEquals([less.status, less.peakBytes], ["does not fit", peakBytes]);
});

Deno.test("run() does not begin what does not fit", async () => {
  const settings = { ...SETTINGS, memoryBudget: 100_000 };
  const fail = () => {
    throw new Error("the run has begun");
  };
  let row: Row | undefined;
  const buffers = await buffersOf(async () => {
    row = await run(settings, graph, { onStart: fail, onEpoch: fail });
  });
  assertEquals(buffers, ["uniforms"]);
  const { status, peakBytes, losses, scores, secondsPerEpoch, bestEpoch } = row!;
  assertEquals({ ...row!, ...settings }, row!);
  assertEquals([status, scores, secondsPerEpoch, bestEpoch], ["does not fit", null, null, null]);
  assertEquals(losses, []);
  assert(peakBytes > settings.memoryBudget);
  assertEquals(
    doesNotFit(row!),
    `Cannot train: needs ${formatBytes(peakBytes)}, the memory budget allows 97.66 KiB; ` +
      "fewer layers, fewer channels or more parts would fit",
  );
});

Deno.test("run() of 0 epochs times steps, and measures the memory it would without", async () => {
  for (const parts of [1, 3]) {
    const settings = { ...SETTINGS, epochs: 0, parts, memoryBudget: null };
    const timed = { ...settings, timedSteps: 2 };
    const [alone, row] = [await run(settings, graph), await run(timed, graph)];
    assert(row.secondsPerStep! > 0);
    assertEquals(
      [row.losses, row.peakBytes, row.activationBytes],
      [alone.losses, alone.peakBytes, alone.activationBytes],
    );
    assertEquals(wrongField(row), null);
    assertEquals(wrongField({ ...row, secondsPerStep: null }), "secondsPerStep");
    assert(sameRun(row, timed) && !sameRun(row, alone) && !("secondsPerStep" in alone));
  }
  assert(!("secondsPerStep" in await run({ ...SETTINGS, timedSteps: 3 }, graph)));
  for (const timedSteps of [0, 1.5]) {
    await assertRejects(
      () => run({ ...SETTINGS, epochs: 0, timedSteps }, graph),
      RangeError,
      `Cannot use timedSteps ${timedSteps}: expected a whole number from 1`,
    );
  }
});
