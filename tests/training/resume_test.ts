/** Runs that are stopped, and go on from their state to the bits of runs that are not. */
import { zeros } from "../../graphs/matrix.ts";
import { planted } from "../../graphs/planted/planted.ts";
import { openGpu } from "../../gpu/gpu.ts";
import { buildModel } from "../../models/build.ts";
import { shapeOf } from "../../models/model.ts";
import type { ModelGiven } from "../../models/options.ts";
import { run } from "../../training/runs/run.ts";
import { differenceOf, runIdentityOf } from "../../training/loop/run_identity.ts";
import { readWeights } from "../../training/files/state_dict.ts";
import { removeRunState } from "../../training/loop/run_state.ts";
import { decodeSafetensors, encodeSafetensors } from "../../training/files/safetensors.ts";
import { runSettings, trainingSettings } from "../../training/settings.ts";
import { type Outcome, train } from "../../training/loop/train.ts";
import type { Best, TrainOptions } from "../../training/loop/train_options.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { wrongField } from "../reports/rows/wrong_field.ts";

const tasks = planted({ nodes: 120, degree: 5, tasks: 4 });
const classes = planted({ nodes: 120, degree: 5, tasks: 4, classes: true });

interface Case {
  readonly model: ModelGiven;
  readonly options: TrainOptions & { readonly epochs: number };
}

const CASES: Record<string, Case> = {
  "rev-gnn of dropout in 2 parts": {
    model: { kind: "rev-gnn", layers: 3, channels: 8, dropout: 0.3 },
    options: { epochs: 6, parts: 2, evaluateEvery: 2 },
  },
  "rev-gnn evaluated by parts": {
    model: { kind: "rev-gnn", layers: 2, channels: 8, dropout: 0.3 },
    options: { epochs: 5, parts: 2, evaluateParts: 2, worker: false },
  },
  "res-gnn of batch norms": {
    model: { kind: "res-gnn", layers: 3, channels: 8, dropout: 0.1, norm: "batch" },
    options: { epochs: 6, learningRate: 5e-2 },
  },
  "deq-gnn, pre-trained": {
    model: { kind: "deq-gnn", channels: 8, dropout: 0.1, equilibrium: { maxSteps: 4 } },
    options: { epochs: 6, pretrainEpochs: 2, pretrainDepth: 6, evaluateEvery: 3 },
  },
  "rev-gat of labels by RMSprop": {
    model: { kind: "rev-gat", layers: 3, channels: 8, dropout: 0.3, labels: true },
    options: {
      epochs: 6,
      optimiser: "rmsprop",
      schedule: { kind: "warm-up", epochs: 4 },
      loss: "log-epsilon",
      clip: 0,
      teacher: zeros(120, 4),
    },
  },
};

/** Calls a test with a path that is nobody's, in a folder that does not exist yet. */
async function withPath(test: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await test(`${folder}/states/run.safetensors`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function outcomeOf({ model, options }: Case, more: Partial<TrainOptions> = {}) {
  using gpu = await openGpu();
  const graph = model.kind === "rev-gat" ? classes : tasks;
  const built = buildModel(model, shapeOf(graph));
  return await train(gpu, built, graph, { seed: 3, keepWeights: true, ...options, ...more });
}

/** What must be the same in two runs. */
function figures({ secondsPerEpoch: _seconds, waitShare: _share, ...same }: Outcome) {
  return same;
}

/** Throws in so many epochs of a run. */
function stopAfter(epochs: number): Pick<TrainOptions, "onEpoch"> {
  let left = epochs;
  return {
    onEpoch() {
      if (--left === 0) throw new Error("stopped");
    },
  };
}

/** What is warned of meanwhile. */
async function warningsOf(act: () => Promise<void>): Promise<string[]> {
  const { warn } = console;
  const warnings: string[] = [];
  console.warn = (text: string) => warnings.push(text);
  try {
    await act();
  } finally {
    console.warn = warn;
  }
  return warnings;
}

for (const [name, of] of Object.entries(CASES)) {
  Deno.test(`train() goes on to the bits of a run that was not stopped, ${name}`, () =>
    withPath(async (path) => {
      const whole = figures(await outcomeOf(of));
      const resume = { path, seconds: 0 };
      const resumed: number[] = [];
      const onResume = (epochs: number) => void resumed.push(epochs);
      for (const epochs of [3, 2]) {
        const stop = { resume, onResume, ...stopAfter(epochs) };
        await assertRejects(() => outcomeOf(of, stop), Error, "stopped");
      }
      // The epoch that was stopped after its last step is taken again.
      assertEquals(figures(await outcomeOf(of, { resume, onResume })), whole);
      assertEquals(resumed, [2, 3]);
      // A run that came to its end only reads it.
      const onEpoch = () => {
        throw new Error("an epoch is trained again");
      };
      assertEquals(figures(await outcomeOf(of, { resume, onResume, onEpoch })), whole);
      assertEquals(resumed.at(-1), of.options.epochs);
      await removeRunState(path);
      assertEquals([...Deno.readDirSync(path.replace(/[^/]*$/, ""))], []);
    }));
}

Deno.test("train() starts anew where there is no state, and has one at the end", () =>
  withPath(async (path) => {
    const [of] = Object.values(CASES);
    const alone = figures(await outcomeOf(of!));
    assertEquals(figures(await outcomeOf(of!, { resume: { path } })), alone);
    assert((await Deno.stat(path)).size > 0);
    await Deno.writeTextFile(`${path}.1.part`, "what a killed process left");
    await removeRunState(path);
    assertEquals([...Deno.readDirSync(path.replace(/[^/]*$/, ""))], []);
    await removeRunState(path);
  }));

Deno.test("train() tells each best epoch once, whatever stops it between states", () =>
  withPath(async (path) => {
    const of = CASES["res-gnn of batch norms"]!;
    const bests = async (more: Partial<TrainOptions>) => {
      const found: number[] = [];
      const onBest = ({ epoch }: Best) => void found.push(epoch);
      await outcomeOf(of, { onBest, ...more }).catch(() => {});
      return found;
    };
    const whole = await bests({});
    const resume = { path, seconds: 0 };
    const first = await bests({ resume, ...stopAfter(4) });
    assertEquals([...first, ...await bests({ resume })], whole);
  }));

for (const [name, of] of Object.entries(CASES)) {
  Deno.test(`train() that goes on tells the best epoch of its state where none beats it, ${name}`, () =>
    withPath(async (path) => {
      const told: { epoch: number; scores: unknown; logits: unknown; weights: unknown }[] = [];
      const onBest = async ({ logits, parameters, ...best }: Best) =>
        void told.push({ ...best, logits, weights: await readWeights(parameters) });
      const whole = await outcomeOf(of, { onBest });
      const last = told.at(-1)!;
      // What found it kept nothing, and was stopped in the epoch after it, or when all were done.
      const resume = { path, seconds: 0 };
      const stop = last.epoch < of.options.epochs ? stopAfter(last.epoch + 1) : {};
      await outcomeOf(of, { resume, ...stop }).catch(() => {});
      told.length = 0;
      assertEquals(figures(await outcomeOf(of, { resume, onBest })), figures(whole));
      assertEquals(told, [last]);
    }));
}

Deno.test("train() refuses the state of another run, and leaves it as it is", () =>
  withPath(async (path) => {
    const of = CASES["res-gnn of batch norms"]!;
    const resume = { path, seconds: 0 };
    await assertRejects(() => outcomeOf(of, { resume, ...stopAfter(3) }), Error, "stopped");
    const before = await Deno.readFile(path);
    const end = "; name another file, or remove it to begin anew";
    const others: [Case, Partial<TrainOptions>, string][] = [
      [of, { learningRate: 1e-3 }, "its learningRate is 0.05, this run's 0.001"],
      [of, { clip: 0 }, "its clip is 1, this run's 0"],
      [of, { seed: 4 }, "its seed is 3, this run's 4"],
      [{ ...of, model: { ...of.model, layers: 4 } as ModelGiven }, {}, "its model is {"],
      [{ ...of, model: { ...of.model, kind: "rev-gat" } as ModelGiven }, {}, "its model is {"],
      [of, { initial: new Float32Array(9) }, "its initial is not set, this run's \""],
    ];
    for (const [other, options, difference] of others) {
      const error = await assertRejects(
        () => outcomeOf(other, { resume, ...options }),
        Error,
        `Cannot go on from ${path}: it is of another run, ${difference}`,
      );
      assert(error.message.endsWith(end), error.message);
    }
    using gpu = await openGpu();
    const moved = { ...tasks, x: { ...tasks.x, data: tasks.x.data.map((value) => -value) } };
    const model = buildModel(of.model, shapeOf(tasks));
    await assertRejects(
      () => train(gpu, model, moved, { seed: 3, ...of.options, resume }),
      Error,
      "it is of another run, its data is",
    );
    assertEquals(await Deno.readFile(path), before);
  }));

Deno.test("train() begins anew where another run's state is to be discarded, and says so", () =>
  withPath(async (path) => {
    const of = CASES["res-gnn of batch norms"]!;
    const resume = { path, seconds: 0 };
    await assertRejects(() => outcomeOf(of, { resume, ...stopAfter(3) }), Error, "stopped");
    const clip = 0;
    let outcome: Outcome | undefined;
    const warnings = await warningsOf(async () => {
      outcome = await outcomeOf(of, { clip, resume: { ...resume, discards: true } });
    });
    assertEquals(figures(outcome!), figures(await outcomeOf(of, { clip })));
    assertEquals(warnings, [
      `note: Cannot go on from ${path}: it is of another run, its clip is 1, this run's 0; ` +
      "the run begins anew",
    ]);
    // What stands there now is its own state.
    const own = await outcomeOf(of, { clip, resume });
    assertEquals(own.secondsPerEpoch, outcome!.secondsPerEpoch);
  }));

Deno.test("runIdentityOf() tells code and device apart", () => {
  const model = buildModel(CASES["res-gnn of batch norms"]!.model, shapeOf(tasks));
  const ground = { adapter: "llvmpipe", version: "1.0.0", commit: "abc" };
  const training = trainingSettings({ epochs: 3 });
  const ours = runIdentityOf(model, tasks, training, {}, ground);
  assertEquals(differenceOf(ours, runIdentityOf(model, tasks, training, {}, ground)), undefined);
  for (const name of ["adapter", "version", "commit"] as const) {
    const theirs = runIdentityOf(model, tasks, training, {}, { ...ground, [name]: "older" });
    const difference = `its ${name} is "older", this run's "${ground[name]}"`;
    assertEquals(differenceOf(theirs, ours), difference);
  }
});

Deno.test("train() refuses a damaged state, or what is none, and leaves it as it is", () =>
  withPath(async (path) => {
    const of = CASES["res-gnn of batch norms"]!;
    const resume = { path, seconds: 0 };
    await assertRejects(() => outcomeOf(of, { resume, ...stopAfter(3) }), Error, "stopped");
    const good = await Deno.readFile(path);
    const flipped = good.slice();
    flipped[flipped.length - 9]! ^= 1;
    const earlier = new TextDecoder("latin1").decode(good).replace('"epoch\\":2', '"epoch\\":1');
    const altered = Uint8Array.from(earlier, (letter) => letter.charCodeAt(0));
    const { tensors, metadata } = decodeSafetensors(good.slice(), path);
    const progress = metadata.progress!.replace('"epoch":2', '"epoch":1');
    const cases: [Uint8Array, string][] = [
      [good.subarray(0, good.length - 5), "its data end at byte"],
      [flipped, "its data are damaged"],
      [altered, "its header is damaged"],
      [
        encodeSafetensors(tensors, { ...metadata, progress }),
        "it is not the state of a run, or an",
      ],
      [encodeSafetensors(tensors, {}), "it is not the state of a run"],
      [new Uint8Array(0), "Cannot read it: it has 0 bytes"],
      [new TextEncoder().encode("a text of more than eight bytes"), "it is text that begins"],
    ];
    for (const [bytes, sentence] of cases) {
      await Deno.writeFile(path, bytes);
      const error = await assertRejects(() => outcomeOf(of, { resume }), Error, sentence);
      assert(error.message.startsWith(`Cannot go on from ${path}: `), error.message);
      assert(error.message.endsWith("or remove it to begin anew"), error.message);
      assertEquals(await Deno.readFile(path), new Uint8Array(bytes));
    }
  }));

Deno.test("train() ends well, with one warning, where its state cannot be written", () =>
  withPath(async (path) => {
    await Deno.mkdir(`${path}.${Deno.pid}.part`, { recursive: true });
    const [of] = Object.values(CASES);
    const warnings = await warningsOf(async () => {
      const outcome = await outcomeOf(of!, { resume: { path, seconds: 0 } });
      assertEquals(outcome.losses.length, of!.options.epochs);
    });
    assertEquals(warnings.length, 1);
    assert(warnings[0]!.startsWith(`Cannot write ${path}: `), warnings[0]);
    assert(warnings[0]!.endsWith("the run goes on, but could not be resumed"), warnings[0]);
  }));

const SETTINGS = runSettings({
  experiment: "train",
  name: "RevGNN-8",
  scale: "quick",
  dataset: "planted",
  model: { kind: "rev-gnn", layers: 2, channels: 8, dropout: 0.1 },
  epochs: 4,
  seed: 1,
  inference: [{ parts: 2, views: 2 }],
});

Deno.test("run() that was stopped ends in the row of one that was not", () =>
  withPath(async (path) => {
    const resume = { path, seconds: 0 };
    const plain = async () => {
      const { date: _, secondsPerEpoch, inferred, ...row } = await run(SETTINGS, tasks, {}, {
        resume,
      });
      assert(secondsPerEpoch! > 0);
      return { ...row, inferred: inferred!.map(({ seconds: _, ...same }) => same) };
    };
    const whole = await plain();
    await removeRunState(path);
    const stopped = () => run(SETTINGS, tasks, stopAfter(3), { resume });
    await assertRejects(stopped, Error, "stopped");
    const resumed = await plain();
    assertEquals(resumed, whole);
    assertEquals(wrongField({ ...resumed, date: "", secondsPerEpoch: 1, inferred: [] }), null);
    // What no weight depends on may be another.
    const { inference: _, ...other } = { ...SETTINGS, name: "another", memoryBudget: 2 ** 30 };
    const row = await run(other, tasks, {
      onEpoch() {
        throw new Error("an epoch is trained again");
      },
    }, { resume });
    assertEquals([row.losses, row.scores], [whole.losses, whole.scores]);
  }));

Deno.test("run() of one step has no state", () =>
  withPath(async (path) => {
    await run({ ...SETTINGS, epochs: 0 }, tasks, {}, { resume: { path } });
    await assertRejects(() => Deno.stat(path), Deno.errors.NotFound);
  }));
