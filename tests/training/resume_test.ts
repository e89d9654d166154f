/** Runs that are stopped, and go on from their state to the bits of runs that are not. */
import { run } from "../../training/runs/run.ts";
import { readWeights } from "../../training/files/state_dict.ts";
import { removeRunState } from "../../training/loop/run_state_file.ts";
import { runSettings } from "../../training/settings.ts";
import type { Best, TrainOptions } from "../../training/loop/train_options.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { CASES, outcomeOf, stopAfter, tasks, withPath } from "./stopped.ts";
import { figures, untimed } from "./untimed.ts";
import { wrongField } from "../reports/rows/wrong_field.ts";

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
    const finish = async () => {
      const row = await run(SETTINGS, tasks, {}, { resume });
      assert(row.secondsPerEpoch! > 0);
      assertEquals(row.history!.seconds.map((value) => value > 0), [true, true, true, true]);
      return row;
    };
    const whole = await finish();
    await removeRunState(path);
    const stopped = () => run(SETTINGS, tasks, stopAfter(3), { resume });
    await assertRejects(stopped, Error, "stopped");
    const resumed = await finish();
    assertEquals(untimed(resumed), untimed(whole));
    assertEquals(wrongField(resumed), null);
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
