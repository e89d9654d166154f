/** A sweep as a user calls it: its rows, its page, the best call, and a plan for a cluster. */
import { readPlan } from "../../reports/rows/plan_file.ts";
import { readRows, rowsPath } from "../../reports/rows/rows.ts";
import { storedRows } from "../../reports/rows/stored_rows.ts";
import { settingsOfCall } from "../../scripts/train.ts";
import { sweepOfCall } from "../../scripts/sweep.ts";
import { assert, assertEquals, assertThrows } from "../assert.ts";
import { withFolder } from "../folder.ts";
import type { Row } from "../../training/row.ts";
import { untimed } from "../training/untimed.ts";
import { assertSentence, changed, task } from "./task.ts";

const TINY = "--dataset planted --planted-nodes 60 --layers 2 --channels 8 --epochs 2".split(" ");
const GRID = [...TINY, "--lr", "0.001,0.1", "--seed", "0,1"];

Deno.test("sweep trains every combination once, and prints the call that did best by validation", () =>
  withFolder(async (folder) => {
    const call = [...GRID, "--out", folder];
    const first = await task("sweep", call);
    assertEquals(first.code, 0, first.err);
    const rows = await readRows(rowsPath(folder, "own", "sweep"));
    // Two may go on at a time, and end in another order.
    const found = rows.map(({ learningRate, seed }) => [learningRate, seed]).sort();
    assertEquals(found, [[0.001, 0], [0.001, 1], [0.1, 0], [0.1, 1]]);
    const [page, best] = first.out.trim().split("\n");
    assertEquals(page, `${folder}/own/index.html`);
    const mean = (learningRate: number) =>
      rows.filter((row) => row.learningRate === learningRate)
        .reduce((sum, { scores }) => sum + scores!.valid / 2, 0);
    const better = mean(0.1) > mean(0.001) ? 0.1 : 0.001;
    const words = best!.replace("deno task train ", "").split(" ");
    assertEquals(settingsOfCall(words), {
      ...settingsOfCall([...TINY, "--lr", String(better), "--seed", "0"]),
    });

    // What has a row is not run again, and other values are.
    const silent = await task("sweep", [...call, "--quiet"]);
    assertEquals([silent.out, silent.err], [first.out, ""]);
    const again = await task("sweep", [...TINY, "--lr", "0.1,0.01", "--out", folder]);
    assertEquals(again.code, 0, again.err);
    assert(/\[1\/2\] sweep: lr 0.1: .* \(as measured on /.test(again.err), again.err);
    assertEquals((await readRows(rowsPath(folder, "own", "sweep"))).length, 5);
  }));

Deno.test("sweep --at-once has runs go on side by side, to the bits of one after another", () =>
  withFolder(async (folder) => {
    const rowsOf = async (name: string, ...more: string[]) => {
      const { code, err } = await task("sweep", [...GRID, "--out", `${folder}/${name}`, ...more]);
      assertEquals(code, 0, err);
      const rows = await readRows(rowsPath(`${folder}/${name}`, "own", "sweep"));
      const key = ({ learningRate, seed }: Row) => `${learningRate} ${seed}`;
      return { err, rows: rows.toSorted((a, b) => key(a).localeCompare(key(b))) };
    };
    const [alone, beside] = [await rowsOf("alone", "--at-once", "1"), await rowsOf("beside")];
    assertEquals(beside.rows.map(untimed), alone.rows.map(untimed));
    const cores = navigator.hardwareConcurrency;
    assertEquals(alone.rows.map((row) => row.cores), alone.rows.map(() => cores));
    const [, runs, share] =
      /^(\d+) runs go on at a time, each on (\d+) cores?$/m.exec(beside.err) ?? [];
    assertEquals(beside.rows.map((row) => row.cores), alone.rows.map(() => Number(share ?? cores)));
    assert(Number(runs ?? 1) * Number(share ?? 1) <= cores, beside.err);
    assert(!alone.err.includes("at a time"), alone.err);
  }));

Deno.test("sweep --slurm writes a plan of tasks that sweep --run does", () =>
  withFolder(async (folder) => {
    const planned = await task("sweep", [...GRID, "--out", folder, "--slurm"]);
    assertEquals(planned.code, 0, planned.err);
    const plan = await readPlan(`${folder}/own`);
    assertEquals(plan!.map(({ run, title }) => [run, title]), [
      [1, "lr 0.001, seed 0"],
      [2, "lr 0.001, seed 1"],
      [3, "lr 0.1, seed 0"],
      [4, "lr 0.1, seed 1"],
    ]);
    const script = await Deno.readTextFile(`${folder}/own/slurm/task.sh`);
    const [, words] = /^\.\/run sweep (.*) --run /m.exec(script)!;
    const { code, err } = await task("sweep", [...words!.split(" "), "--run", "3"]);
    assertEquals(code, 0, err);
    const [row] = await storedRows(folder, "own", "sweep");
    assertEquals([row!.learningRate, row!.seed], [0.1, 0]);
    const status = await Deno.readTextFile(`${folder}/own/status.html`);
    assert(status.includes("0 running, 0 failed, 3 left and 1 done"), status);
    const apart = await task("sweep", [...GRID, "--out", `${folder}/a b`, "--slurm"]);
    const submit = `sh '${folder}/a b/own/slurm/submit.sh' --partition=`;
    assert(apart.err.includes(submit), apart.err);
  }));

Deno.test("sweep refuses what is one run's, and what train refuses", async () => {
  const [saved, wrong] = await Promise.all([
    task("sweep", ["--save", "x.safetensors"]),
    task("sweep", ["--lr", "0.1,fast"]),
  ]);
  assertSentence(saved, 2, "Cannot use --save in a sweep: it is for one run");
  assertSentence(wrong, 2, "Cannot use --lr fast: it must be a number above 0");
  const steps = () => sweepOfCall(changed(TINY, "--epochs", "2,0"));
  assertThrows(steps, Error, "Cannot sweep over runs of 0 epochs: a step alone has no score");
  const call = () => sweepOfCall(["--slurm", "--run", "1"]);
  assertThrows(call, Error, "Cannot use --slurm with --run: a call does one of them");
  const beside = () => sweepOfCall([...GRID, "--slurm", "--at-once", "2"]);
  assertThrows(beside, Error, "Cannot use --slurm with --at-once: a task does one run");
});

Deno.test("sweep --sample draws combinations, each with all of its seeds, the same each time", () => {
  const grid = ["--lr", "0.1,0.2,0.3,0.4", "--dropout", "0,0.1,0.2", "--seed", "0,1"];
  const drawn = (...more: string[]) =>
    sweepOfCall([...grid, ...more]).runs.map(({ settings }) => {
      const { learningRate, model: { dropout }, seed } = settings;
      return [learningRate, dropout, seed].join();
    });
  const some = drawn("--sample", "5");
  assertEquals([some.length, new Set(some).size], [10, 10]);
  assertEquals(drawn("--sample", "5"), some);
  assertEquals(some.map((one) => one.slice(0, -2)).filter((_, i) => i % 2 === 0).length, 5);
  assert(some.every((one) => some.includes(`${one.slice(0, -1)}0`)));
  assertEquals(drawn("--sample", "50"), drawn());
});
