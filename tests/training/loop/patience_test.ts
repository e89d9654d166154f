/** Training that ends when validation no longer gets better. */
import { planted } from "../../../graphs/planted/planted.ts";
import { openGpu } from "../../../gpu/gpu.ts";
import { DeqGnn } from "../../../models/deq_gnn.ts";
import { shapeOf } from "../../../models/model.ts";
import { RevGnn } from "../../../models/rev_gnn.ts";
import { forecast } from "../../../training/runs/forecast.ts";
import { outOfPatience } from "../../../training/loop/patience.ts";
import { run } from "../../../training/runs/run.ts";
import { type TrainingGiven, trainingSettings } from "../../../training/settings.ts";
import { train } from "../../../training/loop/train.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";

const graph = planted({ nodes: 100, degree: 4, tasks: 3 });
const model = new RevGnn({ layers: 2, channels: 8 }, shapeOf(graph));
/** So small a rate moves no weight, and no score: the first evaluation stays the best. */
const STILL = { learningRate: 1e-20, seed: 1 };

async function epochsOf(options: TrainingGiven): Promise<[epochs: number, best: number | null]> {
  using gpu = await openGpu();
  const { losses, bestEpoch } = await train(gpu, model, graph, options);
  return [losses.length, bestEpoch];
}

Deno.test("outOfPatience() counts evaluations since the best, not epochs", () => {
  const scores = { train: 0.5, valid: 0.5, test: 0.5 };
  const after = (epoch: number, best: number | null, patience: number) =>
    outOfPatience(
      { epoch, best: best === null ? null : { epoch: best, scores, judged: 0.5 } },
      trainingSettings({ epochs: 10, evaluateEvery: 3, patience }),
    );
  const ended = [false, false, false, true, true];
  assertEquals([5, 6, 8, 9, 10].map((epoch) => after(epoch, 3, 2)), ended);
  // The last epoch has an evaluation of its own.
  assertEquals([9, 10].map((epoch) => after(epoch, 3, 3)), [false, true]);
  assertEquals([after(9, 3, 0), after(9, null, 1), after(9, 9, 1)], [false, false, false]);
});

Deno.test("train() ends when its patience does, and trains all epochs without any", async () => {
  assertEquals(await epochsOf({ ...STILL, epochs: 6 }), [6, 1]);
  assertEquals(await epochsOf({ ...STILL, epochs: 6, patience: 2 }), [3, 1]);
  assertEquals(await epochsOf({ ...STILL, epochs: 12, patience: 2, evaluateEvery: 2 }), [6, 2]);
  assertEquals(await epochsOf({ ...STILL, epochs: 2, patience: 2 }), [2, 1]);
  assertEquals(await epochsOf({ ...STILL, epochs: 0, patience: 1 }), [1, null]);
});

Deno.test("train() with patience gives each epoch the bits of a run without it", async () => {
  using gpu = await openGpu();
  const options = { epochs: 30, learningRate: 3e-2, seed: 2, keepWeights: true } as const;
  const [whole, short] = [
    await train(gpu, model, graph, options),
    await train(gpu, model, graph, { ...options, patience: 3 }),
  ];
  const epochs = short.losses.length;
  assert(epochs < 30 && epochs === short.bestEpoch! + 3, `${epochs} of 30 epochs`);
  assertEquals(short.losses, whole.losses.slice(0, epochs));
});

Deno.test("run() by parts that is stopped ends where its patience would have ended it", async () => {
  const folder = await Deno.makeTempDir();
  const files = { resume: { path: `${folder}/state.safetensors`, seconds: 0 } };
  const settings = {
    ...{ experiment: "train", name: "RevGNN-8", scale: "own", dataset: "planted" },
    model: { kind: "rev-gnn", layers: 2, channels: 8 },
    ...{ ...STILL, epochs: 9, parts: 2, patience: 3 },
  } as const;
  const whole = await run(settings, graph);
  assertEquals([whole.status, whole.epochs, whole.losses.length], ["trained", 9, 4]);
  const onEpoch = ({ epoch }: { epoch: number }) => {
    if (epoch === 3) throw new Error("stopped");
  };
  await assertRejects(() => run(settings, graph, { onEpoch }, files), Error, "stopped");
  const done: number[] = [];
  const onResume = (epochs: number) => void done.push(epochs);
  // The second time it has come to its end already.
  for (const _ of [1, 2]) {
    const resumed = await run(settings, graph, { onResume }, files);
    assertEquals(resumed.losses, whole.losses);
  }
  assertEquals(done, [2, 4]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("forecast() of patience is that of every kind of epoch", async () => {
  const equilibrium = new DeqGnn({ channels: 8 }, shapeOf(graph));
  const options = { epochs: 4, pretrainEpochs: 2 };
  const patient = await forecast(equilibrium, graph, { ...options, patience: 1 });
  assertEquals(patient, await forecast(equilibrium, graph, options));
});
