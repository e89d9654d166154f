/** The tasks as a user calls them: what stands on standard output, on standard error, and the exit code. */
import { memoryVsDepth } from "../../experiments/memory_vs_depth.ts";
import { modelOptions } from "../../models/options.ts";
import { settingsKey } from "../../reports/rows/keys.ts";
import { appendRow, rowsPath } from "../../reports/rows/rows.ts";
import { graphOf } from "../../training/runs/graph_of.ts";
import { scoresOf } from "../../training/steps/metrics.ts";
import { readPredictions } from "../../training/files/predictions.ts";
import type { Row } from "../../training/row.ts";
import { assert, assertEquals } from "../assert.ts";
import { HETEROPHILOUS } from "../graphs/npz_fixtures.ts";
import { npz, withFile } from "../graphs/npz_writer.ts";
import { fixtureRow } from "../reports/fixture_rows.ts";
import { wrongField } from "../reports/rows/wrong_field.ts";
import { assertSentence, changed, SMALL, task } from "./task.ts";

/** An environment without a driver. */
const NOWHERE = { VK_DRIVER_FILES: "/nowhere.json", VK_ICD_FILENAMES: "/nowhere.json" };

Deno.test("train ends with its row as one line of JSON", async () => {
  const npy = await Deno.makeTempFile({ suffix: ".npy" });
  const flags = ["--evaluate-every", "2", "--predictions", npy];
  const { code, out, err } = await task("train", [...SMALL, ...flags]);
  assertEquals(code, 0, err);
  const lines = out.trim().split("\n");
  assertEquals(lines.length, 1);
  const row: Row = JSON.parse(lines[0]!);
  assertEquals(row.status, "trained");
  assertEquals(row.losses.length, 3);
  const model = modelOptions({ kind: "rev-gnn", layers: 2, channels: 8, dropout: 0.1 });
  assertEquals(row.model, model);
  assert(row.bestEpoch === 2 || row.bestEpoch === 3, `best epoch ${row.bestEpoch}`);
  assertEquals(row.scores, scoresOf(await readPredictions(npy), await graphOf(row)));
  await Deno.remove(npy);
  assert(err.includes("3/3 epochs"), err);
});

Deno.test("train keeps its best epoch, and another run starts from it", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/best.safetensors`;
  const [first, refused] = await Promise.all([
    task("train", [...SMALL, "--save", path]),
    task("train", [...SMALL, "--save", "deno.json/best.safetensors"]),
  ]);
  assertEquals(first.code, 0, first.err);
  assertSentence(refused, 1, "name another folder with --save");
  const [again, deeper] = await Promise.all([
    task("train", changed(SMALL, "--epochs", "1", "--lr", "1e-20", "--init", path)),
    task("train", changed(SMALL, "--layers", "3", "--init", path)),
  ]);
  const [saved, started]: Row[] = [first, again].map(({ out }) => JSON.parse(out));
  assertEquals([started!.scores, started!.init], [saved!.scores, path]);
  assertEquals(wrongField(started), null);
  const missing = 'tensor "gcns.2._fn.Fms.0.norm.weight" is missing, the model needs [4]';
  assertSentence(deeper, 1, `Cannot load ${path}: ${missing}`);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("train names norms of batches, and its row can be read again", async () => {
  const { code, out, err } = await task("train", [...SMALL, "--norm", "batch"]);
  assertEquals(code, 0, err);
  const row: Row = JSON.parse(out);
  assertEquals([row.name, row.model.norm], ["RevGNN-BN-8", "batch"]);
  assertEquals(wrongField(row), null);
});

Deno.test("evaluate scores what train saved, whole or by parts", async () => {
  const folder = await Deno.makeTempDir();
  const [path, npy] = [`${folder}/best.safetensors`, `${folder}/logits.npy`];
  const trained = await task("train", [...SMALL, "--save", path]);
  const call = ["--checkpoint", path];
  const [whole, views, none, same] = await Promise.all([
    task("evaluate", call),
    task("evaluate", [...call, "--parts", "3", "--views", "2", "--predictions", npy]),
    task("evaluate", []),
    task("evaluate", [...call, "--views", "2"]),
  ]);
  const [row, scored, averaged] = [trained, whole, views].map(({ out }) => JSON.parse(out));
  assertEquals(scored.scores, row.scores);
  assertEquals([averaged.parts, averaged.views], [3, 2]);
  assert(averaged.scores.test !== row.scores.test);
  assertEquals((await readPredictions(npy)).rows, 2000);
  assertSentence(none, 2, "Cannot evaluate without --checkpoint");
  assertSentence(same, 2, "Cannot use --views 2 without --parts");
  await Deno.remove(folder, { recursive: true });
});

Deno.test("train names the convolution that is not GEN, and its row can be read again", async () => {
  const { out } = await task("train", [...SMALL, "--convolution", "gcn", "--tied"]);
  const row: Row = JSON.parse(out);
  assertEquals([row.name, row.model.convolution], ["WT-RevGNN-GCN-8", { kind: "gcn" }]);
  assertEquals(wrongField(row), null);
});

Deno.test("train takes GAT by its name", async () => {
  const { out } = await task("train", [...SMALL, "--convolution", "gat"]);
  assertEquals(JSON.parse(out).name, "RevGNN-GAT-8");
});

Deno.test("train splits the nodes into parts, and measures a single step", async () => {
  const parts = await task("train", [...SMALL, "--parts", "3", "--model", "res-gnn"]);
  const row: Row = JSON.parse(parts.out);
  assertEquals([row.parts, wrongField(row)], [3, null]);
  assert(row.waitShare! >= 0 && row.waitShare! < 1, `waited ${row.waitShare}`);
  const step = await task("train", changed(SMALL, "--epochs", "0"));
  assertEquals(JSON.parse(step.out).status, "measured");
});

for (
  const [args, words] of [
    [["--layer", "3"], "did you mean --layers?"],
    [["--model", "rev-gn"], "did you mean rev-gnn?"],
    [["--dataset", "wordnet-frame"], "did you mean wordnet-frames?"],
    [
      ["--dataset", "cora.npy"],
      "a path to a .npz file or a path with a slash to a folder of tables, did you mean",
    ],
    [["--dataset", "planted", "--split", "3"], "Cannot use --split with planted: only .npz files"],
    [["--channels", "80", "--groups", "3"], "channels must be a multiple of groups"],
    [["--groups", "1"], "Cannot use --groups 1: expected a whole number from 2"],
    [
      ["--model", "res-gnn", "--groups", "2"],
      "Cannot use --groups 2: only a reversible network has groups",
    ],
    [["--layers", "0"], "Cannot use --layers 0: expected a whole number from 1"],
    [["--dropout", "1"], "Cannot use --dropout 1: expected a number from 0 and below 1"],
    [["--lr", "fast"], "--lr fast"],
    [["--optimiser", "adamw"], "it must be adam or rmsprop"],
    [["--loss", "bse"], "did you mean bce?"],
    [["--warm-up", "9"], "Cannot use --warm-up: one-cycle has none, only warm-up takes it"],
    [["--predictions", "x.npy", "--epochs", "0"], "Cannot use --predictions with --epochs 0"],
  ] as const
) {
  Deno.test(`train ${args.join(" ")} is a wrong call`, async () => {
    assertSentence(await task("train", [...args]), 2, words);
  });
}

Deno.test("train reads a graph from a file, wherever it is, and its row says how", async () => {
  await withFile(npz(HETEROPHILOUS), async (path) => {
    const file = ["--dataset", path, "--split", "1"];
    const { code, out, err } = await task("train", changed(SMALL, ...file));
    assertEquals(code, 0, err);
    const row: Row = JSON.parse(out);
    assertEquals([row.dataset, row.split, row.status], [path, 1, "trained"]);
    const far = await task("train", changed(SMALL, "--dataset", path, "--split", "2"));
    assertSentence(far, 1, `Cannot take split 2 of ${path} as train_masks has 2`);
  });
});

Deno.test("train writes a teacher's predictions, and its student reads them", async () => {
  await withFile(npz(HETEROPHILOUS), async (path) => {
    const [file, predictions] = [["--dataset", path], `${path}.npy`];
    try {
      const teacher = await task("train", changed(SMALL, ...file, "--predictions", predictions));
      assertEquals(teacher.code, 0, teacher.err);
      assert(teacher.err.includes("valid accuracy"), teacher.err);
      const row: Row = JSON.parse(teacher.out);
      assertEquals([row.metric, row.optimiser, row.loss], ["accuracy", "adam", null]);
      const { rows, cols } = await readPredictions(predictions);
      assertEquals([rows, cols], [6, 3]);
      const changes = ["--optimiser", "rmsprop", "--loss", "log-epsilon", "--clip", "0"];
      const schedule = ["--schedule", "warm-up", "--warm-up", "2", "--teacher", predictions];
      const student = await task("train", changed(SMALL, ...file, ...changes, ...schedule));
      assertEquals(student.code, 0, student.err);
      const { optimiser, loss, clip, schedule: rises, teacher: read }: Row = JSON.parse(
        student.out,
      );
      assertEquals([optimiser, loss, clip], ["rmsprop", "log-epsilon", 0]);
      assertEquals(rises, { kind: "warm-up", epochs: 2 });
      assertEquals([read, wrongField(JSON.parse(student.out))], [predictions, null]);
    } finally {
      await Deno.remove(predictions);
    }
  });
});

Deno.test("train has the same settings in its row whether a default is given or not", async () => {
  const defaults = ["--optimiser", "adam", "--clip", "1", "--norm", "layer", "--groups", "2"];
  const warm = ["--schedule", "warm-up"];
  const calls = [warm, [...defaults, ...warm, "--warm-up", "50"]];
  const rows = await Promise.all(calls.map((call) => task("train", [...SMALL, ...call])));
  const [row, given]: Row[] = rows.map(({ out }) => JSON.parse(out));
  assertEquals(row!.schedule, { kind: "warm-up", epochs: 50 });
  assertEquals([row!.optimiser, row!.clip, row!.loss, row!.teacher], ["adam", 1, null, null]);
  assertEquals(settingsKey(given!), settingsKey(row!));
});

Deno.test("train says what is wrong with a teacher, and with a loss", async () => {
  const missing = await task("train", [...SMALL, "--teacher", "/nowhere/a.npy"]);
  assertSentence(missing, 1, "Cannot read /nowhere/a.npy as there is no such file");
  const robust = await task("train", [...SMALL, "--loss", "log-epsilon"]);
  assertSentence(robust, 1, "Cannot learn planted by log-epsilon");
});

Deno.test("train says which file it cannot find", async () => {
  const missing = await task("train", ["--dataset", "/nowhere/cora.npz"]);
  assertSentence(missing, 1, "Cannot read /nowhere/cora.npz as there is no such file");
});

Deno.test("train refuses what does not fit before it begins", async () => {
  const result = await task("train", [...SMALL, "--memory-budget", "1MiB"]);
  assertSentence(result, 1, "Cannot train: needs");
  assert(result.err.includes("allows 1 MiB"), result.err);
});

Deno.test("train says so where there is no adapter", async () => {
  assertSentence(await task("train", SMALL, NOWHERE), 1, "no WebGPU adapter found");
});

Deno.test("every task has --help on standard output", async () => {
  for (const name of ["train", "data", "reproduce", "report", "doctor", "bench"]) {
    const { code, out, err } = await task(name, ["--help"]);
    assertEquals(code, 0, err);
    assert(out.startsWith(`Usage: deno task ${name}`), out);
    assertEquals(err, "");
  }
});

Deno.test("report shows rows of other folders, and refuses one without any", async () => {
  const [own, other] = [await Deno.makeTempDir(), await Deno.makeTempDir()];
  try {
    const [run] = memoryVsDepth.scales.quick;
    await appendRow(rowsPath(other, "quick", "memory_vs_depth"), fixtureRow(run!));
    const shown = await task("report", ["--out", own, "--rows", other]);
    assertEquals(shown.code, 0, shown.err);
    const html = await Deno.readTextFile(`${own}/quick/memory_vs_depth.html`);
    const runs = memoryVsDepth.scales.quick.length;
    assert(html.includes(`${runs - 1} of ${runs} runs not run yet`));
    const refused = await task("report", ["--out", own, "--rows", `${other},${own}`]);
    assertSentence(refused, 1, `Cannot read rows of ${own}: expected a folder ${own}/quick/rows`);
  } finally {
    for (const folder of [own, other]) await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("doctor names the adapter, its limits, its speed, whether it is right, and what fits", async () => {
  const { code, out, err } = await task("doctor", ["--memory-budget", "64MiB"]);
  assertEquals(code, 0, err);
  const words = ["adapter", "driver", "largest binding", "64 MiB, as given", "the same again"];
  const measured = ["equal to float64's", " GB/s", " GFLOP/s", "RevGNN-64"];
  for (const word of ["implementation", "storage buffers", ...words, ...measured]) {
    assert(out.includes(word), `${out} lacks ${word}`);
  }
});

Deno.test("doctor says what to install where there is no driver", async () => {
  const { code, out, err } = await task("doctor", [], NOWHERE);
  assertEquals([code, out], [1, ""]);
  assert(/^A driver, by system:\n {4}Debian/.test(err), err);
  assert(err.trimEnd().split("\n").at(-1)!.startsWith("error: Cannot open a GPU: no WebGPU"), err);
});
