/** `train --runs`: a row, files and a curve for each seed, their mean, and calls that go on. */
import { parseHTML } from "linkedom";
import { loadDataset } from "../../graphs/catalogue/datasets.ts";
import { writeRow } from "../../reports/rows/rows.ts";
import { exitCodeOf } from "../../scripts/shared/stop_signals.ts";
import type { Row } from "../../training/row.ts";
import { run } from "../../training/runs/run.ts";
import { runSettings } from "../../training/settings.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { withFolder } from "../folder.ts";
import { launch } from "../training/ranks/launchers.ts";
import { untimed } from "../training/untimed.ts";
import { ended, newStates, spawn } from "./killed.ts";
import { assertSentence, changed, type Result, SMALL, task } from "./task.ts";

/** What a call of SMALL sets. */
const SETTINGS = runSettings({
  ...{ experiment: "train", name: "RevGNN-8", scale: "own", dataset: "planted", epochs: 3 },
  model: { kind: "rev-gnn", layers: 2, channels: 8, dropout: 0.1 },
});

function rowsOf({ code, out, err }: Result): Row[] {
  assertEquals(code, 0, err);
  return out.trim().split("\n").map((line) => JSON.parse(line));
}

/** Rows without times; the best epoch of a state takes memory, which no score depends on. */
function figures(rows: readonly Row[]) {
  return rows.map((row) => untimed({ ...row, peakBytes: 0, activationBytes: 0 }));
}

/** `12.34 ± 0.56`, by the formulas. */
function meanText(scores: readonly number[]): string {
  const mean = scores.reduce((sum, one) => sum + one, 0) / scores.length;
  const squares = scores.reduce((sum, one) => sum + (one - mean) ** 2, 0);
  const deviation = Math.sqrt(squares / (scores.length - 1));
  return `${(100 * mean).toFixed(2)} ± ${(100 * deviation).toFixed(2)}`;
}

Deno.test("train --runs gives each seed the row and files of its own call, and tells their mean", () =>
  withFolder(async (folder) => {
    const at = (name: string) => `${folder}/${name}`;
    const names = (seed: string | number) => [
      ...["--save", at(`s-${seed}.safetensors`), "--predictions", at(`p-${seed}.npy`)],
      ...["--log", at(`l-${seed}.jsonl`)],
    ];
    const call = [...SMALL, "--runs", "2", "--seed", "3", "--report", at("run.html")];
    const both = await task("train", [...call, ...names("{seed}")]);
    const rows = rowsOf(both);
    assertEquals(rows.map(({ seed }) => seed), [3, 4]);
    const scores = rows.map(({ scores }) => scores!);
    const mean = `2 seeds: test ROC-AUC ${meanText(scores.map(({ test }) => test))}, ` +
      `valid ${meanText(scores.map(({ valid }) => valid))}, `;
    assert(both.err.includes(mean), both.err);
    assertEquals(both.err.split("The run's page: ").length - 1, 2, "at the start and at the end");

    const { document } = parseHTML(await Deno.readTextFile(at("run.html")));
    const cells = [...document.querySelectorAll("[aria-labelledby=table-seeds] tbody tr > *")];
    const texts = cells.map(({ textContent }) => textContent);
    assertEquals(texts.slice(0, 2), ["RevGNN-8", "2"]);
    assertEquals(texts.at(-1), meanText(scores.map(({ test }) => test)));
    assertEquals(document.querySelectorAll(".missing, meta[http-equiv=refresh]").length, 0);

    const files = ["s-4.safetensors", "p-4.npy"];
    const before = await Promise.all(files.map((name) => Deno.readFile(at(name))));
    const epochs = (await Deno.readTextFile(at("l-4.jsonl"))).trim().split("\n");
    assertEquals(epochs.map((line) => JSON.parse(line).loss), [...rows[1]!.losses]);
    const alone = await task("train", [...SMALL, "--seed", "4", ...names("{seed}"), "--quiet"]);
    assertEquals(figures(rowsOf(alone)), figures([rows[1]!]));
    assertEquals(alone.err, "");
    assertEquals(await Promise.all(files.map((name) => Deno.readFile(at(name)))), before);
  }));

Deno.test("train --runs goes on with the seed where it was, and repeats none that is done", () =>
  withFolder(async (folder) => {
    const state = (seed: string | number) => `${folder}/state-${seed}.safetensors`;
    const graph = await loadDataset("planted");
    await writeRow(`${state(0)}.row`, await run(SETTINGS, graph));
    const onEpoch = ({ epoch }: { epoch: number }) => {
      if (epoch === 3) throw new Error("stopped");
    };
    const second = { ...SETTINGS, seed: 1 };
    const resume = { path: state(1), seconds: 0 };
    await assertRejects(() => run(second, graph, { onEpoch }, { resume }), Error, "stopped");

    const call = [...SMALL, "--runs", "3", "--resume", state("{seed}")];
    const other = await task("train", [...call, "--lr", "0.1"]);
    assertSentence(
      other,
      1,
      `Cannot go on from ${
        state(0)
      }.row: it is of another run, its learningRate is 0.01, this run's 0.1`,
    );
    const [whole, resumed] = [
      await task("train", [...SMALL, "--runs", "3"]),
      await task("train", call),
    ];
    assertEquals(figures(rowsOf(resumed)), figures(rowsOf(whole).slice(1)));
    for (
      const said of [
        "Seed 0 is done, by an earlier call",
        `Goes on from ${state(1)}: 2 of 3 epochs done`,
        whole.err.match(/3 seeds: .*/)![0],
      ]
    ) assert(resumed.err.includes(said), resumed.err);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("train --runs that is asked to stop ends in good order", () =>
  withFolder(async (folder) => {
    const state = `${folder}/state-{seed}.safetensors`;
    const long = SMALL.with(-1, "100000");
    const child = spawn("train", [
      ...[...long, "--runs", "2", "--resume", state, "--resume-every", "0"],
    ]);
    const end = ended(child);
    await newStates(folder, 3, () => false);
    child.kill("SIGTERM");
    const { code, out, err } = await end;
    assertEquals([code, out], [exitCodeOf("SIGTERM"), ""], err);
    assert(err.endsWith("Stopped by SIGTERM: run the same call again to go on\n"), err);
    const states = [...Deno.readDirSync(folder)].map(({ name }) => name);
    assertEquals(states.filter((name) => !name.startsWith("state-0.")), []);
  }));

Deno.test("train --runs gives each student the teacher of its seed", () =>
  withFolder(async (folder) => {
    const classes = ["--planted-classes", "--planted-nodes", "100"];
    const logits = `${folder}/teacher-{seed}.npy`;
    const call = [...SMALL, ...classes, "--runs", "2"];
    const absent = await task("train", [...call, "--teacher", logits]);
    assertSentence(absent, 1, `Cannot read ${folder}/teacher-0.npy as there is no such file`);
    await task("train", [...call, "--predictions", logits]);
    const students = rowsOf(await task("train", [...call, "--teacher", logits]));
    assertEquals(students.map(({ teacher }) => teacher), [logits, logits]);
    const own = [...SMALL, ...classes, "--seed", "1", "--teacher", `${folder}/teacher-1.npy`];
    const [alone] = rowsOf(await task("train", own));
    assertEquals([...students[1]!.losses], [...alone!.losses]);
  }));

Deno.test("train-mpi --runs has the rows of train --runs, and goes on as well", () =>
  withFolder(async (folder) => {
    const state = `${folder}/state-{seed}.safetensors`;
    const call = [...SMALL, "--parts", "2", "--evaluate-parts", "1", "--runs", "2"];
    const rows = rowsOf(await task("train", [...call, "--accumulate", "2"]));
    await writeRow(state.replace("{seed}", "0") + ".row", rows[0]!);
    const mpi = ["deno", "task", "--quiet", "train-mpi", ...call, "--resume", state];
    const [last, ...others] = rowsOf(await launch("MPICH", 2, mpi));
    assertEquals(others, []);
    assertEquals(last!.seed, 1);
    assertEquals([...last!.losses], [...rows[1]!.losses]);
    assertEquals([...Deno.readDirSync(folder)], []);
  }));

Deno.test("train --runs refuses files that all seeds would write to, and what has no score", async () => {
  const refuses = async (args: string[], words: string) =>
    assertSentence(await task("train", changed(SMALL, ...args)), 2, words);
  await refuses(
    ["--runs", "3", "--save", "/x/best.safetensors"],
    "Cannot use --save /x/best.safetensors with --runs 3: each run would write over the last one's, " +
      "name it with the seed in it, as /x/best-{seed}.safetensors",
  );
  await refuses(["--runs", "2", "--resume", "/x/state"], "as /x/state-{seed}");
  await refuses(
    ["--runs", "2", "--report", "/x/{seed}.html"],
    "one page has the runs of all seeds, name it without {seed}",
  );
  await refuses(["--runs", "2", "--epochs", "0"], "Cannot use --runs 2 with --epochs 0");
  await refuses(["--runs", "0"], "Cannot use --runs 0: it must be");
});
