/** `train --resume`: a run that was stopped, and the call that goes on with it. */
import { loadDataset } from "../../graphs/catalogue/datasets.ts";
import type { Row } from "../../training/row.ts";
import { run } from "../../training/runs/run.ts";
import { runSettings } from "../../training/settings.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { assertSentence, changed, SMALL, task } from "./task.ts";

/** What a call of SMALL sets. */
const SETTINGS = runSettings({
  experiment: "train",
  name: "RevGNN-8",
  scale: "own",
  dataset: "planted",
  model: { kind: "rev-gnn", layers: 2, channels: 8, dropout: 0.1 },
  epochs: 3,
});

Deno.test("train --resume goes on from its state, and removes it when its row is printed", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/state.safetensors`;
  const onEpoch = ({ epoch }: { epoch: number }) => {
    if (epoch === 3) throw new Error("stopped");
  };
  const resume = { path, seconds: 0 };
  const stopped = async () =>
    await run(SETTINGS, await loadDataset("planted"), { onEpoch }, { resume });
  await assertRejects(stopped, Error, "stopped");
  const call = [...SMALL, "--resume", path];
  assertSentence(await task("train", [...call, "--lr", "0.1"]), 1, `Cannot go on from ${path}`);
  const [whole, resumed] = [await task("train", SMALL), await task("train", call)];
  assertEquals(resumed.code, 0, resumed.err);
  assert(resumed.err.includes(`Goes on from ${path}: 2 of 3 epochs done`), resumed.err);
  const [row, same]: Row[] = [whole, resumed].map(({ out }) => JSON.parse(out));
  assertEquals({ ...row!, ...SETTINGS }, row);
  const figures = ({ losses, scores, bestEpoch }: Row) => ({ losses, scores, bestEpoch });
  assertEquals(figures(same!), figures(row!));
  assertEquals([...Deno.readDirSync(folder)], []);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("train --resume keeps the best epoch of its state, though no later one beats it", async () => {
  const folder = await Deno.makeTempDir();
  const [path, save, npy] = ["state", "best", "p.npy"].map((name) => `${folder}/${name}`) as [
    ...[string, string, string],
  ];
  // All epochs are done, and nothing was kept but the state.
  await run(SETTINGS, await loadDataset("planted"), {}, { resume: { path, seconds: 0 } });
  const keeping = (...more: string[]) =>
    task("train", [...SMALL, "--save", save, "--predictions", npy, ...more]);
  const resumed = await keeping("--resume", path);
  assertEquals(resumed.code, 0, resumed.err);
  assert(resumed.err.includes("3 of 3 epochs done"), resumed.err);
  const [weights, logits] = [await Deno.readFile(save), await Deno.readFile(npy)];
  const whole = await keeping();
  assertEquals(JSON.parse(resumed.out).bestEpoch, JSON.parse(whole.out).bestEpoch);
  assertEquals([weights, logits], [await Deno.readFile(save), await Deno.readFile(npy)]);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("train --resume goes on with the evaluation's parts that its run began with", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/state.safetensors`;
  const onEpoch = ({ epoch }: { epoch: number }) => {
    if (epoch === 2) throw new Error("stopped");
  };
  const resume = { path, seconds: 0 };
  // Its call would find that the whole fits now.
  const begun = { ...SETTINGS, parts: 3, evaluateParts: 2 };
  const stopped = async () =>
    await run(begun, await loadDataset("planted"), { onEpoch }, { resume });
  await assertRejects(stopped, Error, "stopped");
  const call = [...SMALL, "--parts", "3", "--resume", path];
  const other = await task("train", [...call, "--evaluate-parts", "3"]);
  assertSentence(
    other,
    1,
    `Cannot go on from ${path}: it is of another run, its evaluateParts is 2`,
  );
  const resumed = await task("train", call);
  assertEquals(resumed.code, 0, resumed.err);
  assert(resumed.err.includes(`Goes on from ${path}: 1 of 3 epochs done`), resumed.err);
  assertEquals(JSON.parse(resumed.out).evaluateParts, 2);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("train --resume refuses what is no state, no folder, or one step", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/notes.txt`;
  await Deno.writeTextFile(path, "what is not to be overwritten");
  const call = (path: string, ...more: string[]) =>
    task("train", changed(SMALL, ...more, "--resume", path));
  const [notes, nowhere, step] = await Promise.all([
    call(path),
    call("deno.json/state.safetensors"),
    call(path, "--epochs", "0"),
  ]);
  assertSentence(notes, 1, `Cannot go on from ${path}: `);
  assertSentence(nowhere, 1, "name another folder with --resume");
  assertSentence(step, 2, "Cannot use --resume with --epochs 0: a step alone has no epochs");
  assertEquals(await Deno.readTextFile(path), "what is not to be overwritten");
  await Deno.remove(folder, { recursive: true });
});
