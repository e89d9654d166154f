/** Files of runs' states: what they keep, which are refused, and what happens if one cannot be written. */
import { openGpu } from "../../../gpu/gpu.ts";
import { buildModel } from "../../../models/build.ts";
import { shapeOf } from "../../../models/model.ts";
import type { ModelGiven } from "../../../models/options.ts";
import { decodeSafetensors, encodeSafetensors } from "../../../training/files/safetensors.ts";
import { differenceOf, runIdentityOf } from "../../../training/loop/run_identity.ts";
import { freshProgress } from "../../../training/loop/run_progress.ts";
import { RunStateFile } from "../../../training/loop/run_state_file.ts";
import type { Outcome } from "../../../training/loop/outcome.ts";
import { train } from "../../../training/loop/train.ts";
import type { TrainOptions } from "../../../training/loop/train_options.ts";
import { trainingSettings } from "../../../training/settings.ts";
import type { SolveEnd } from "../../../training/steps/solve_statistics.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { type Case, CASES, outcomeOf, stopAfter, tasks, withPath } from "../stopped.ts";
import { figures } from "../untimed.ts";
import { warningsOf } from "../../said.ts";

Deno.test("RunStateFile gives back what it was given, an infinite residual too", () =>
  withPath(async (path) => {
    const solves: SolveEnd[] = [Infinity, 0.5].map((residual) => ({
      ...{ of: "training", status: "max_steps", steps: 3, residual } as const,
    }));
    const values = { weights: Float32Array.of(1, 2), moments: [], best: null };
    const state = { progress: { ...freshProgress(), epoch: 1, solves }, values };
    const file = new RunStateFile({ path }, { seed: "1" });
    await file.write(state);
    assertEquals(await file.read(), state);
  }));

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
  const ground = { adapter: "llvmpipe", deno: "2.9.6", version: "1.0.0", code: "abc" };
  const training = trainingSettings({ epochs: 3 });
  const ours = runIdentityOf(model, tasks, training, {}, ground);
  assertEquals(differenceOf(ours, runIdentityOf(model, tasks, training, {}, ground)), undefined);
  for (const name of ["adapter", "deno", "version", "code"] as const) {
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
      await Deno.writeFile(`${path}.before`, bytes);
      const error = await assertRejects(() => outcomeOf(of, { resume }), Error, sentence);
      assert(error.message.startsWith(`Cannot go on from ${path}: `), error.message);
      assert(error.message.endsWith("or remove it to begin anew"), error.message);
      assertEquals(await Deno.readFile(path), new Uint8Array(bytes));
    }
  }));

Deno.test("train() ends well, with one warning, where its state cannot be written", () =>
  withPath(async (short) => {
    // Its own name is not too long, that of what is written before it is.
    const path = short.padEnd(short.lastIndexOf("/") + 1 + 248, "x");
    const [of] = Object.values(CASES);
    const warnings = await warningsOf(async () => {
      const outcome = await outcomeOf(of!, { resume: { path, seconds: 0 } });
      assertEquals(outcome.losses.length, of!.options.epochs);
    });
    assertEquals(warnings.length, 1);
    assert(warnings[0]!.startsWith(`Cannot write ${path}: `), warnings[0]);
    assert(warnings[0]!.endsWith("the run goes on, but could not be resumed"), warnings[0]);
  }));
